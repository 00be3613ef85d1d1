import ArgumentParser
import InkChat
import InkstoneCommand
import Testing

@Suite("Arguments")
struct ArgumentTests {
  private func generate(_ arguments: [String]) throws -> GenerateCommand {
    try #require(try Program.parseAsRoot(["generate", "--prompt", "x"] + arguments) as? GenerateCommand)
  }

  @Test("every sampling option reaches the engine")
  func sampling() throws {
    let command = try generate([
      "--temperature", "0.5", "--top-k", "4", "--top-p", "0.9", "--min-p", "0.1", "--typical-p", "0.8",
      "--repetition-penalty", "1.1", "--repetition-window", "64", "--frequency-penalty", "0.2", "--presence-penalty",
      "0.3", "--frequency-window", "everything", "--logit-bias", "7:-inf", "--logit-bias", "8:1.5", "--seed", "42",
      "--sampling-order", "top_k,temperature",
    ])
    #expect(
      command.sampling.parameters
        == SamplingParameters(
          temperature: 0.5, topK: 4, topP: 0.9, minP: 0.1, typicalP: 0.8, repetitionPenalty: 1.1,
          repetitionWindow: .last(64), frequencyPenalty: 0.2, presencePenalty: 0.3, frequencyWindow: .everything,
          logitBias: [7: -.infinity, 8: 1.5], seed: 42, order: [.topK, .temperature]))
  }

  @Test("template variables keep their types")
  func variables() throws {
    let command = try generate([
      "--template-variable", "enable_thinking=false", "--template-variable", "n=3", "--template-variable", "s=a=b",
    ])
    #expect(
      command.answer.templateVariable.map(\.member)
        == [JSONMember("enable_thinking", false), JSONMember("n", 3), JSONMember("s", "a=b")])
  }

  @Test(
    "arguments that cannot be used are refused",
    arguments: [
      ["generate"], ["generate", "--prompt", "a", "--prompt-file", "b"],
      ["generate", "--prompt", "a", "--system", "b"],
      ["generate", "--prompt", "a", "--image", "b.png"],
      ["generate", "--prompt", "a", "--logprobs", "2"], ["generate", "--prompt", "a", "--threads", "0"],
      ["generate", "--prompt", "a", "--sampling-order", "top_k,top_k"],
      ["generate", "--prompt", "a", "--logit-bias", "x:1"], ["generate", "--prompt", "a", "--max-tokens", "-2"],
      ["tokenize"], ["tokenize", "--text", "a", "--decode", "1"], ["bench", "--prompt", "0", "--generate", "0"],
      ["bench", "--repeat", "0"], ["bench", "--prefix", "8"], ["chat", "a", "--model", "b"], ["perplexity"],
      ["nonsense"], ["models", "remove"],
      ["serve", "--model", "a", "--model", "b", "--adapter", "c=d"], ["serve", "--config", "f", "--adapter", "c=d"],
      ["serve", "--model", "a", "--adapter", "a=d"], ["adapter", "combine", "out"],
      ["adapter", "combine", "out", "--adapter", "a", "--weight", "1", "--weight", "2"],
      ["adapter", "combine", "out", "--adapter", "a", "--way", "nearest"],
      ["adapter", "combine", "out", "--adapter", "a", "--rank", "3"],
      ["adapter", "merge", "base", "adapter"], ["adapter", "merge", "b", "a", "out", "--type", "q9"],
    ])
  func refused(arguments: [String]) {
    #expect {
      _ = try Program.parseAsRoot(arguments)
    } throws: { error in
      ExitStatus(error, parser: Program.self) == .usage
    }
  }

  @Test("ids are read in every form in which they are printed")
  func ids() throws {
    #expect(try TokenList.ids("1 2,3\n[4, 5]") == [1, 2, 3, 4, 5])
    #expect(try TokenList.ids("") == [])
    #expect(throws: CommandError.self) { try TokenList.ids("1 two") }
    #expect(throws: CommandError.self) { try TokenList.ids("-1") }
  }
}
