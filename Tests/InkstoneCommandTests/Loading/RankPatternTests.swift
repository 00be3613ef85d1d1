import InkTokenizers
import InkstoneCommand
import Testing

@Suite("Bare tokenizer files")
struct RankPatternTests {
  @Test(
    "rank files of known names have an expression",
    arguments: ["cl100k_base.tiktoken", "a/b/qwen.tiktoken", "o200k_base.tiktoken"])
  func known(path: String) throws {
    #expect(try RankPattern.expression(forFile: path).contains(#"\p{L}"#))
  }

  @Test("another name is refused with a way out")
  func unknown() {
    #expect {
      _ = try RankPattern.expression(forFile: "mine.tiktoken")
    } throws: { "\($0)".contains("--pattern") }
  }

  @Test("a rank file of single bytes is opened by its name")
  func opening() throws {
    let folder = try TemporaryFolder()
    // "a" is YQ== and "b" is Yg== in base64; "ab" is YWI=.
    let path = try folder.write("YQ== 0\nYg== 1\nYWI= 2\n", to: "gpt2.tiktoken")
    #expect(TokenizerOpener.isTokenizerFile(path))
    let tokenizer = try TokenizerOpener.tokenizer(file: path, pattern: nil)
    #expect(tokenizer.encode("abb") == [2, 1])
  }

  @Test("what is missing or damaged is told with the file's name")
  func damaged() throws {
    let folder = try TemporaryFolder()
    #expect {
      _ = try TokenizerOpener.tokenizer(file: folder.file("none.json"), pattern: nil)
    } throws: { "\($0)".contains("none.json") }
    let path = try folder.write("{", to: "tokenizer.json")
    #expect {
      _ = try TokenizerOpener.tokenizer(file: path, pattern: nil)
    } throws: { "\($0)".contains("tokenizer.json") }
  }
}
