// What relay-compiler reads: a list with pages, and a fragment that can be fetched again by node(id).
import { graphql } from "relay-runtime";

export const list = graphql`
  query CustomersQuery($count: Int!) {
    viewer {
      language
    }
    ...Customers_list @arguments(count: $count)
  }
`;

export const page = graphql`
  fragment Customers_list on Query
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" })
  @refetchable(queryName: "CustomersPaginationQuery") {
    customers(first: $count, after: $cursor, orderBy: [{ name: ASC }]) @connection(key: "Customers_customers") {
      totalCount
      edges {
        node {
          name
          ...Customers_one
        }
      }
    }
  }
`;

export const one = graphql`
  fragment Customers_one on Customer @refetchable(queryName: "CustomersOneQuery") {
    id
    name
    revision
    details {
      ... on PersonDetails {
        income {
          amount
        }
      }
    }
    relationships(first: 5) {
      edges {
        direction
        other {
          name
        }
      }
    }
  }
`;
