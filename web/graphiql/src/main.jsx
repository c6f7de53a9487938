// Where the page starts: workers, styles, then GraphiQL in the element that carries the settings.

import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";
import { createRoot } from "react-dom/client";
import { readConfig } from "./config.js";
import { Page } from "./page.jsx";

const element = document.getElementById("graphiql");
createRoot(element).render(<Page config={readConfig(element)} />);
