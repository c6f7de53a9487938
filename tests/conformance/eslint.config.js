// graphql-eslint's rules for schemas: everything it recommends, its rules for Relay, and those of its other rules that Guanxi keeps.
import plugin from "@graphql-eslint/eslint-plugin";

const { "flat/schema-recommended": recommended, "flat/schema-relay": relay } = plugin.configs;

export default [
  {
    files: ["build/schema.graphql"],
    languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: "build/schema.graphql" } } },
    plugins: { "@graphql-eslint": plugin },
    rules: {
      ...recommended.rules,
      ...relay.rules,
      "@graphql-eslint/input-name": "error",
      "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
      "@graphql-eslint/require-deprecation-date": "error",
      "@graphql-eslint/require-nullable-fields-with-oneof": "error",
      "@graphql-eslint/require-nullable-result-in-root": "error",
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          // @oneOf is the specification's own; Strawberry prints no descriptions of directives' arguments.
          ignoredSelectors: ["DirectiveDefinition[name.value=oneOf]", "DirectiveDefinition > InputValueDefinition"],
        },
      ],
      // Connections also have `nodes`, as GitHub's have, and short lists need no pages: schema_lint.py in checks/ keeps the table of those,
      // and of the few edges that lead to no record.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false, withEdgeSuffix: true }],
      // Records have ids. These are values, or parts of a record.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            suffixes: ["Connection", "Edge", "Payload", "Result"],
            types: [
              "AnalysisKind",
              "Artifact",
              "BehaviourSummary",
              "Chart",
              "Consent",
              "CustomerGroup",
              "CustomerPath",
              "CustomerScore",
              "DataSnapshot",
              "DerivedPair",
              "ExternalId",
              "JobError",
              "JobProgress",
              "MapNode",
              "Money",
              "OrganizationDetails",
              "PageInfo",
              "PersonDetails",
              "Plugin",
              "PluginContribution",
              "PluginVersion",
              "PotentialPartner",
              "Provenance",
              "RelationshipMap",
              "RunEstimate",
              "RunMetric",
              "Score",
              "SnapshotCount",
              "TriangleBalance",
              "UserError",
              "Viewer",
            ],
          },
        },
      ],
    },
  },
];
