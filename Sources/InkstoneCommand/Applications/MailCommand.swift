package import ArgumentParser
import Foundation
package import InkChains
import InkChat
import InkRetrieval

/// `inkstone app mail`: what an e-mail wants, and an answer to it.
package struct MailCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "mail", abstract: "Sum up an e-mail and draft a reply.",
    discussion: """
      The reply is a draft that is shown and sent nowhere. Text of the e-mail is text to read: what it tells the \
      model to do is not done.

        inkstone app mail inbox/1.eml
        inkstone app mail inbox/1.eml --instructions "Decline politely; suggest Thursday." --json
      """)

  @Argument(help: ArgumentHelp("An .eml file; - reads standard input.", valueName: "file"))
  package var file: String

  @Option(help: ArgumentHelp("What the reply is to say.", valueName: "text"))
  package var instructions = ""

  @OptionGroup package var length: AnswerLengthOptions
  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    let mail = try DocumentText(file, output: options.output).extracted
    let generation = options.generation(of: chat, maximumTokens: length.maxTokens)
    let letter = Letter(mail)
    let summary = Chain("summary") {
      Prompt { (letter: Letter) in letter.summaryPrompt.messages(letter.body) }
      Generate(chat.model, options: generation)
    }
    let reply = Chain("reply") {
      Prompt { (letter: Letter) in letter.replyPrompt.messages(letter.body, wishes: instructions) }
      Generate(chat.model, options: generation)
    }
    let summed = try await summary(letter, settings: settings)
    let replied = try await reply(letter, settings: settings)
    let subject = mail.title ?? ""
    let answering = subject.lowercased().hasPrefix("re:") ? subject : "Re: \(subject)"
    return ApplicationResult(
      "\(summed)\n\nTo: \(mail.metadata["author"] ?? "")\nSubject: \(answering)\n\n\(replied)",
      [
        JSONMember("summary", .string(summed)), JSONMember("to", .text(mail.metadata["author"])),
        JSONMember("subject", .string(answering)), JSONMember("reply", .string(replied)),
        JSONMember("received", .text(mail.metadata["date"])),
      ])
  }
}

/// What a model is shown of an e-mail: who wrote it, about what, and its text without the lines of its head.
private struct Letter: Sendable, CustomStringConvertible {
  let body: String
  private let author: String?
  private let subject: String?

  init(_ mail: ExtractedText) {
    author = mail.metadata["author"].map { String($0.prefix(200)) }
    subject = mail.title.map { String($0.prefix(200)) }
    let rest = mail.text.firstRange(of: "\n\n").map { String(mail.text[$0.upperBound...]) }
    // A text that came without a head has none to leave out.
    let hasHead = author != nil || subject != nil
    body = hasHead ? rest.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } ?? mail.text : mail.text
  }

  var description: String { body }

  var summaryPrompt: QuotedTextPrompt {
    QuotedTextPrompt(
      task: .init(
        "You sum up e-mails. Answer with one or two sentences in the language of the e-mail: who wants what.",
        chinese: "你负责概括邮件。用一两句话说明谁想要什么。"),
      mark: mark, answer: .init("Summary", chinese: "摘要"))
  }

  var replyPrompt: QuotedTextPrompt {
    let name = author.map { $0.prefix { $0 != "<" } }.map { String($0).trimmingCharacters(in: .whitespaces) } ?? ""
    return QuotedTextPrompt(
      task: .init(
        "You write replies to e-mails. Answer with a short, polite reply in the language of the e-mail and nothing else.",
        chinese: "你负责回复邮件。写一封简短、礼貌的回信，只写正文。"),
      mark: mark,
      answer: name.isEmpty
        ? .init("Reply", chinese: "回信") : .init("Reply to \(name)", chinese: "给\(name)的回信"))
  }

  private var mark: QuotedTextPrompt.Wording {
    let about = subject.map { ", \"\($0)\"" } ?? ""
    let title = subject.map { "，主题“\($0)”" } ?? ""
    return .init(
      "E-mail" + (author.map { " from \($0)" } ?? "") + about,
      chinese: (author.map { "\($0)的邮件" } ?? "邮件") + title)
  }
}
