// The fonts inside GraphiQL's style sheet, as their own name tables state them (codicon: as its project states it).

export const fonts = [
  {
    name: "Codicons (codicon.ttf)",
    version: "1.11",
    license: "CC-BY-4.0",
    notice:
      "Copyright (c) Microsoft Corporation. https://github.com/microsoft/vscode-codicons\n" +
      "Unchanged, as shipped with monaco-editor.\n" +
      "Licence: Creative Commons Attribution 4.0 International, https://creativecommons.org/licenses/by/4.0/legalcode",
    files: [],
  },
  {
    name: "Fira Code",
    version: "5.002",
    license: "OFL-1.1",
    notice: "Copyright 2014-2020 The Fira Code Project Authors (https://github.com/tonsky/FiraCode)",
    files: ["licences/OFL-1.1.txt"],
  },
  {
    name: "Roboto",
    version: "2.137",
    license: "Apache-2.0",
    notice: "Copyright 2011 Google Inc. All Rights Reserved.",
    files: ["../../LICENSE"],
  },
];
