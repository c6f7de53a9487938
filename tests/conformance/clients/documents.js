// The documents that every client sends.
export const customersPage = /* GraphQL */ `
  query CustomersPage($first: Int!, $after: String, $where: CustomerWhere) {
    customers(first: $first, after: $after, where: $where, orderBy: [{ name: ASC }]) {
      totalCount
      edges {
        cursor
        node {
          ...CustomerParts
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }

  fragment CustomerParts on Customer {
    id
    name
    kind
    createdAt
    details {
      ... on PersonDetails {
        givenName
        income {
          amount
          currency
        }
      }
      ... on OrganizationDetails {
        industry
      }
    }
  }
`;

export const createCustomer = /* GraphQL */ `
  mutation CreateCustomer($input: CustomerCreateInput!) {
    customerCreate(input: $input) {
      customer {
        id
        name
        kind
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`;

export const organization = { name: "Silver Tea House", details: { organization: { industry: "tea" } } };
export const nameless = { name: " ", details: { person: {} } };

export const startRun = /* GraphQL */ `
  mutation StartRun($key: String!) {
    graphMetricsRunStart(input: { graph: {}, metrics: [PAGE_RANK], idempotencyKey: $key }) {
      run {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const watchJob = /* GraphQL */ `
  subscription WatchJob($id: ID!) {
    jobUpdated(id: $id) {
      id
      status
      ... on AnalysisRun {
        label
      }
    }
  }
`;
