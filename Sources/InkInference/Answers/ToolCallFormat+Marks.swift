import InkChat

extension ToolCallFormat {
  /// What begins a call, and how it is read from there.
  enum Opening: Sendable, Hashable {
    case objects
    /// Behind the first brace of an object that is a call only if it names a tool.
    case bareObject
    case mistral
    case separatedName
    case knownName(String)
    case glmTags
    case qwenTags(TaggedCallReader.Beginning)
  }

  /// Marks that begin a call anywhere in the text.
  var openings: [Mark<Opening>] {
    switch self {
    case .hermes: [Mark("<tool_call>", .objects)]
    case .qwenXML: [Mark("<tool_call>", .qwenTags(.outside)), Mark("<function=", .qwenTags(.functionName))]
    case .llama: [Mark("<|python_tag|>", .objects)]
    case .mistralList, .mistralNamed: [Mark("[TOOL_CALLS]", .mistral)]
    case .deepSeekFenced, .deepSeek: [Mark("<｜tool▁call▁begin｜>", .separatedName)]
    case .glmLines: []
    case .glmTags: [Mark("<tool_call>", .glmTags)]
    }
  }

  /// Marks that begin a call only where no text came before it.
  func leadingOpenings(tools: [ToolDefinition]) -> [Mark<Opening>] {
    switch self {
    case .llama: [Mark("{", .bareObject)]
    case .glmLines: tools.map { Mark($0.name + "\n", .knownName($0.name)) }
    case .hermes, .qwenXML, .mistralList, .mistralNamed, .deepSeekFenced, .deepSeek, .glmTags: []
    }
  }

  /// Marks around all calls, which mean nothing by themselves.
  var frames: [String] {
    switch self {
    case .deepSeekFenced, .deepSeek: ["<｜tool▁calls▁begin｜>"]
    case .hermes, .qwenXML, .llama, .mistralList, .mistralNamed, .glmLines, .glmTags: []
    }
  }

  /// Marks that end a call, even one whose arguments are no JSON.
  var closings: [String] {
    switch self {
    case .hermes, .glmTags: ["</tool_call>"]
    case .qwenXML: ["</function>", "</tool_call>"]
    case .llama, .mistralList, .mistralNamed: []
    case .deepSeekFenced, .deepSeek: ["<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>"]
    case .glmLines: ["<|assistant|>", "<|observation|>"]
    }
  }

  /// What may stand between two calls, or behind the last, besides white space.
  var separators: [String] {
    switch self {
    case .deepSeekFenced: ["```"]
    case .llama: [";"]
    case .hermes, .qwenXML, .mistralList, .mistralNamed, .deepSeek, .glmLines, .glmTags: []
    }
  }

  /// Marks inside a call.
  private var innerMarks: [String] {
    switch self {
    case .hermes, .llama, .mistralList, .glmLines: []
    case .qwenXML: ["<parameter=", "</parameter>"]
    case .mistralNamed: ["[ARGS]", "[CALL_ID]"]
    case .deepSeekFenced, .deepSeek: [NamedCallReader.separator]
    case .glmTags: ["<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"]
    }
  }

  /// Every mark of the format.
  public var marks: [String] {
    openings.map { mark in String(String.UnicodeScalarView(mark.scalars)) } + frames + closings + innerMarks
  }

  var identifierShape: ToolCallIdentifiers.Shape {
    switch self {
    case .mistralList, .mistralNamed: .nineCharacters
    case .hermes, .qwenXML, .llama, .deepSeekFenced, .deepSeek, .glmLines, .glmTags: .prefixed
    }
  }
}
