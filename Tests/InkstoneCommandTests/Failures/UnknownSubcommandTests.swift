import InkstoneCommand
import Testing

@Suite("Subcommands that do not exist")
struct UnknownSubcommandTests {
  @Test(
    "the nearest subcommand is named, or what another program's word is called here",
    arguments: [
      (["chatt"], "inkstone chat"), (["knowlege", "list"], "inkstone knowledge"),
      (["knowledge", "serach", "x"], "inkstone knowledge search"), (["models", "lst"], "inkstone models list"),
      (["help", "chatt"], "inkstone chat"), (["run", "llama"], "inkstone chat"), (["quantize"], "inkstone convert"),
      (["summarize", "a.pdf"], "inkstone app summarize"), (["ask", "b"], "inkstone knowledge ask"),
      (["frobnicate"], nil), (["app", "frobnicate"], nil),
    ] as [([String], String?)])
  func suggestions(arguments: [String], suggestion: String?) throws {
    let unknown = try #require(UnknownSubcommand(arguments, of: Program.self))
    #expect(unknown.suggestion == suggestion)
    #expect(unknown.description.contains(unknown.word))
    #expect(ExitStatus(unknown, parser: Program.self) == .usage)
    #expect(ErrorMessage(unknown, parser: Program.self).text == unknown.description)
  }

  @Test(
    "commands that exist, options and help are left to the parser",
    arguments: [
      [], ["--help"], ["--version"], ["help"], ["help", "knowledge", "ask"], ["chat", "chatt"], ["models"],
      ["knowledge", "ask", "x", "y"], ["knowledge", "--help"], ["--generate-completion-script", "zsh"],
    ])
  func known(arguments: [String]) {
    #expect(UnknownSubcommand(arguments, of: Program.self) == nil)
  }
}
