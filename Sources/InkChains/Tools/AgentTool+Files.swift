extension AgentTool {
  private struct Place: Decodable, Sendable, SchemaDescribed {
    var path: String
    static let memberDescriptions = ["path": "A path relative to the folder; . is the folder itself."]
  }
  private struct Writing: Decodable, Sendable, SchemaDescribed {
    var path: String
    var text: String
    static let memberDescriptions = ["path": "A path relative to the folder.", "text": "The file's whole new text."]
  }

  /// Tools that list and read files of a folder.
  public static func readingFiles(in folder: FolderAccess) throws(ChainError) -> [AgentTool] {
    [
      try AgentTool("list_files", "Lists the names in a folder.") { (input: Place, _) throws(ChainError) in
        let names = try folder.list(input.path)
        return names.isEmpty ? "The folder is empty." : names.joined(separator: "\n")
      },
      try AgentTool("read_file", "Reads a text file.") { (input: Place, _) throws(ChainError) in
        try folder.read(input.path)
      },
    ]
  }

  /// A tool that writes files of a folder.
  public static func writingFiles(in folder: FolderAccess) throws(ChainError) -> AgentTool {
    try AgentTool("write_file", "Writes a text file, in place of one that is there.") {
      (input: Writing, _) throws(ChainError) in
      try folder.write(input.text, to: input.path)
      return "Written: \(input.text.utf8.count) bytes."
    }
  }
}
