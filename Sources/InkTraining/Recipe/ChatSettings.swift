public import InkData
package import InkTokenizers
import Yams

/// How conversations are written for the model.
public struct ChatSettings: Sendable, Hashable {
  /// The template that takes the place of the model's own.
  public enum Template: Sendable, Hashable {
    /// One of the model's own by its name, or a format that is known by name, such as `vicuna_v1.1`.
    case named(String)
    /// A file of Jinja.
    case file(String)
  }

  /// A day.
  public struct Day: Sendable, Hashable {
    /// The year of the common era.
    public let year: Int
    /// The month, from 1.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// The same at midnight.
    package var time: CivilTime { CivilTime(year: year, month: month, day: day) }
  }

  /// The template that takes the place of the model's own; nil leaves that.
  public var template: Template?
  /// What templates that print the date print. It is no clock's, so that the same recipe trains on the same tokens on any
  /// day, and a run that goes on tomorrow on those of today.
  public var date: Day
  /// What becomes of tools that the template does not print.
  public var unprintedTools = UnprintedTools.refuse

  init(_ reader: inout RecipeReader, task: Recipe.Task) throws(TrainingError) {
    date = Day(year: 2026, month: 1, day: 1)
    guard var part = try reader.part("chat") else { return }
    switch task {
    case .pretrain, .finetune: break
    case .classify, .classifyTokens, .regress, .embed:
      throw reader.error("chat", expected: "none: the task \(task.rawValue) learns from no conversations")
    }
    if let name = try part.text("template") {
      template = name.contains("/") || name.hasSuffix(".jinja") ? .file(name) : .named(name)
    }
    if let day = try part.day("date") { date = day }
    if let choice = try part.choice("unprinted_tools", of: UnprintedTools.self) { unprintedTools = choice }
    try part.finish()
  }
}

extension RecipeReader {
  /// A day such as 2026-01-31.
  fileprivate mutating func day(_ name: String) throws(TrainingError) -> ChatSettings.Day? {
    guard let node = node(name) else { return nil }
    let parts = node.scalar?.string.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) } ?? []
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1...9999).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { throw error(name, at: node, expected: "a day such as 2026-01-31") }
    return ChatSettings.Day(year: year, month: month, day: day)
  }
}
