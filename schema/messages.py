"""Every sentence that a user reads, in English and Chinese. Codes never change with the language; sentences may."""

from typing import Any, Literal

Language = Literal["en", "zh"]

MESSAGES: dict[str, tuple[str, str]] = {
    # requests
    "forbidden": ("This needs the permission {permissions}.", "需要权限 {permissions}。"),
    "unauthenticated": ("Sign in first: send “Authorization: Bearer <token>” or open a sign-in link.", "请先登录：发送“Authorization: Bearer <token>”或打开登录链接。"),
    "not_an_id": ("“{value}” is not an id of {type}.", "“{value}”不是 {type} 的 id。"),
    "not_any_id": ("“{value}” is not an id.", "“{value}”不是有效的 id。"),
    "cursor": ("This cursor does not belong to this list and order: take one from the same list with the same orderBy.", "游标不属于该列表或排序方式，请使用同一列表、同一 orderBy 返回的游标。"),
    "page_size": ("{name} lies between {least} and {most}.", "{name} 须在 {least} 与 {most} 之间。"),
    "page_ways": ("Give first with after, or last with before, not both.", "请使用 first 与 after，或 last 与 before，不要同时使用。"),
    "filter_empty": ("{path} is empty. An empty filter never means everything: leave the key out.", "{path} 为空。空条件不表示全部，请省略该键。"),
    "filter_null": ("{path} is null. null never means everything: leave the key out, or use isNull.", "{path} 为 null。null 不表示全部，请省略该键或使用 isNull。"),
    "too_many": ("{name} takes at most {most}, not {given}.", "{name} 最多 {most} 个，收到 {given} 个。"),
    "many_found": ("More than one customer matches: {ids}. Use an id.", "匹配到多个客户：{ids}。请使用 id。"),
    "internal": ("Something went wrong on our side. The request's id is {request}.", "服务器内部错误，请求编号 {request}。"),
    "unavailable": ("The database cannot be reached at the moment. Try again in a few seconds.", "暂时无法连接数据库，请稍后重试。"),
    "deadline": ("The answer took longer than {seconds} s and was stopped. Ask for less.", "查询超过 {seconds} 秒，已停止。请缩小范围。"),
    # requests over HTTP
    "method": ("GraphQL is asked by GET or POST.", "GraphQL 请使用 GET 或 POST 请求。"),
    "mutation_by_get": ("Only queries may be sent by GET. Send this one by POST.", "GET 仅可用于查询，请改用 POST。"),
    "not_acceptable": ("Accept neither application/graphql-response+json nor application/json leaves no way to answer.", "Accept 须包含 application/graphql-response+json 或 application/json。"),
    "content_type": ("Send the request as application/json in UTF-8.", "请以 application/json（UTF-8）发送请求。"),
    "content_encoding": ("Send the request's body as it is, without Content-Encoding.", "请求正文不可压缩，请去掉 Content-Encoding。"),
    "body_too_large": ("The request's body may have {most} bytes at most.", "请求正文最多 {most} 字节。"),
    "body_too_slow": ("The request's body took longer than {seconds} s to arrive.", "接收请求正文超过 {seconds} 秒。"),
    "not_json": ("The request's {part} is not JSON in UTF-8.", "请求的 {part} 不是 UTF-8 编码的 JSON。"),
    "json_depth": ("The request's {part} is nested deeper than {most} levels.", "请求的 {part} 嵌套超过 {most} 层。"),
    "batch": ("Send one operation in a request: a JSON object, not a list.", "每个请求只发送一个操作：JSON 对象，而非数组。"),
    "not_an_object": ("The request's {part} must be a JSON object.", "请求的 {part} 必须是 JSON 对象。"),
    "not_text": ("The request's {part} must be a string.", "请求的 {part} 必须是字符串。"),
    "no_query": ("The request has no query.", "请求中没有 query。"),
    "nul": ("Text may not hold the character NUL.", "文本不能包含 NUL 字符。"),
    "preflight": ("Send the header X-Guanxi-Preflight: 1, so that the request cannot come from another site's page.", "请添加请求头 X-Guanxi-Preflight: 1，以防跨站请求。"),
    "persisted_version": ("extensions.persistedQuery needs version 1 and sha256Hash.", "extensions.persistedQuery 须包含 version 1 与 sha256Hash。"),
    "persisted_hash": ("extensions.persistedQuery.sha256Hash is not the query's hash.", "extensions.persistedQuery.sha256Hash 与查询不符。"),
    "persisted_unknown": ("PersistedQueryNotFound", "PersistedQueryNotFound"),
    "no_operation": ("The document has no operation of that name.", "文档中没有该名称的操作。"),
    "which_operation": ("The document has several operations: say which by operationName.", "文档包含多个操作，请用 operationName 指定。"),
    "subscription_by_http": ("Subscriptions are not answered over HTTP.", "不支持通过 HTTP 订阅。"),
    "cost_exceeded": ("The operation is too large: {limit} is {given}, at most {most} is allowed.", "操作的 {limit} 为 {given}，上限为 {most}。"),
    "introspection_off": ("The schema may not be read here.", "此处不允许读取模式。"),
    "too_many_failures": ("Too many failed sign-ins from your address. Try again in {seconds} s.", "该地址登录失败次数过多，请 {seconds} 秒后重试。"),
    "sign_in_link": ("This sign-in link was used already or is too old. Print a new one with “guanxi sign-in”.", "登录链接已使用或已过期，请运行“guanxi sign-in”获取新链接。"),
    "no_such_path": ("There is nothing here. GraphQL is at /graphql.", "此处无内容。GraphQL 位于 /graphql。"),
    "host": ("The server does not answer to this host name: see the setting allowed_hosts.", "服务器不接受此主机名，请参阅 allowed_hosts 设置。"),
    "not_ready": ("The database is not ready: {reason}", "数据库未就绪：{reason}"),
    # changes
    "required": ("A value is required.", "此项必填。"),
    "blank": ("It is empty.", "内容为空。"),
    "too_long": ("At most {most} characters, not {given}.", "最多 {most} 个字符，实际 {given} 个。"),
    "not_found": ("There is no {what} “{value}”.", "不存在{what}“{value}”。"),
    "duplicate": ("{what} “{value}” exists already.", "{what}“{value}”已存在。"),
    "revision": ("It was changed meanwhile: its revision is now {actual}, not {expected}. Read it again.", "数据已被修改：当前版本为 {actual}，而非 {expected}。请重新读取。"),
    "changed_meanwhile": ("It was changed by somebody else at the same moment. Read it again.", "数据同时被他人修改，请重新读取。"),
    "key_reused": ("This idempotency key was used with another request.", "该幂等键已用于另一个请求。"),
}


def say(key: str, language: str, **parameters: Any) -> str:
    english, chinese = MESSAGES[key]
    return (chinese if language == "zh" else english).format(**parameters)
