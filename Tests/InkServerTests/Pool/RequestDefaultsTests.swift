import InkChat
import InkServer
import Testing

@Suite("What a request gets where it says nothing")
struct RequestDefaultsTests {
  private let defaults = RequestDefaults(
    temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, frequencyPenalty: 0.2,
    presencePenalty: 0.3, maximumTokens: 64, systemMessage: "Be brief.",
    templateVariables: [JSONMember("enable_thinking", false), JSONMember("level", 1)])

  @Test("what is open is filled in")
  func open() {
    var options = GenerationOptions()
    defaults.fill(&options, given: ["model", "messages"])
    let sampling = SamplingParameters(
      temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, frequencyPenalty: 0.2,
      presencePenalty: 0.3)
    #expect(
      options
        == GenerationOptions(sampling: sampling, maximumTokens: 64, templateVariables: defaults.templateVariables))
  }

  @Test("what is given stays, also where it is what the library would do by itself")
  func given() {
    var options = GenerationOptions(maximumTokens: 5, templateVariables: [JSONMember("enable_thinking", true)])
    let names: Set<String> = [
      "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty",
      "max_completion_tokens",
    ]
    defaults.fill(&options, given: names)
    var expected = GenerationOptions(maximumTokens: 5)
    expected.templateVariables = [JSONMember("enable_thinking", true), JSONMember("level", 1)]
    #expect(options == expected)
  }

  @Test("the system message stands in front of conversations that bring none")
  func system() {
    var messages: [Message] = [.user("Hi")]
    defaults.fill(&messages)
    #expect(messages == [.system("Be brief."), .user("Hi")])
    defaults.fill(&messages)
    #expect(messages.count == 2)
  }
}
