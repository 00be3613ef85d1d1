import InkFormats

/// A page about a run that needs nothing but itself: curves, samples and the recipe, in English and Chinese.
public struct RunReport: Sendable {
  private let folder: String
  private let log: RunLog
  private let summary: RunSummary
  private let recipe: String?

  /// The samples that are shown, the newest.
  private static let maximumSamples = 100

  /// Reads a run.
  ///
  /// - Parameter folder: the run's folder.
  /// - Throws: `file` when it is none, or cannot be read.
  public init(folder: String) throws(TrainingError) {
    self.folder = folder
    log = try RunLog(folder: folder)
    summary = RunSummary(log, folder: folder)
    recipe = try LineFile.bytes("\(folder)/\(RunFiles.recipe)", limit: 1 << 20).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Writes the page as `report.html` into the run's folder, whole or not at all.
  ///
  /// - Returns: the path of the page.
  /// - Throws: `file` when the run cannot be read or the page cannot be written.
  @discardableResult
  public static func write(folder: String) throws(TrainingError) -> String {
    let path = "\(folder)/\(RunFiles.report)"
    try put(RunReport(folder: folder).html, at: path)
    return path
  }

  /// Draws the losses of a run, of training and of every set it was evaluated on, as an SVG file.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - path: the file to write, whole or not at all.
  /// - Throws: `file` when the run cannot be read, has no step yet, or the file cannot be written.
  public static func drawLosses(folder: String, to path: String) throws(TrainingError) {
    let report = try RunReport(folder: folder)
    guard !report.log.steps.isEmpty else {
      throw TrainingError(
        .file, context: "\(folder)/\(RunFiles.metrics)", expected: "a run with at least one step", found: "no step",
        hint: "Train first: inkstone train RECIPE.yaml --output \(folder)")
    }
    try put(report.losses.file, at: path)
  }

  private static func put(_ text: String, at path: String) throws(TrainingError) {
    do { try DiskFile.writeWhole(Array(text.utf8), to: path, through: .system) } catch {
      throw TrainingError(disk: error, path)
    }
  }

  /// The page. All words of files are escaped, and the page forbids itself to load anything.
  public var html: String {
    let name = HTMLText.escaped(DiskFile.name(of: folder).isEmpty ? folder : DiskFile.name(of: folder))
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'unsafe-inline'">
      <title>\(name)</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      <header><h1><small>\(ReportPhrase.report.html)</small>\(name)</h1>
      <button id="language" type="button">\(ReportPhrase.switchLanguage.html)</button></header>
      \(overview)
      \(drawings.map(\.html).joined())\(samples)\(recipeText)<script>
      \(ReportStyle.script)
      </script>
      </body>
      </html>

      """
  }

  // MARK: - Parts

  private var overview: String {
    var rows: [(ReportPhrase, String)] = [
      (.steps, NumberText.count(summary.steps)),
      (.lastLoss, summary.lastLoss.map { NumberText.text($0, digits: 5) } ?? ReportPhrase.none.html),
    ]
    for best in summary.bestEvaluations {
      let loss = NumberText.text(best.loss, digits: 5)
      rows.append(
        (
          .bestLoss,
          "\(HTMLText.escaped(best.evaluation)): \(loss) (\(ReportPhrase.atStep.html) \(NumberText.count(best.step)))"
        ))
    }
    rows.append((.tokens, NumberText.short(log.steps.reduce(0.0) { $0 + Double($1.tokens) })))
    if !log.timings.isEmpty {
      rows.append((.time, NumberText.duration(log.timings.reduce(0.0) { $0 + $1.seconds })))
    }
    rows.append((.checkpoint, summary.newestCheckpoint.map(NumberText.count) ?? ReportPhrase.none.html))
    rows.append((.finished, (summary.isFinished ? ReportPhrase.yes : ReportPhrase.no).html))
    if log.damagedLines > 0 { rows.append((.damaged, NumberText.count(log.damagedLines))) }
    return "<dl>\n" + rows.map { "<dt>\($0.html)</dt><dd>\($1)</dd>\n" }.joined() + "</dl>"
  }

  /// The curves of the run.
  private var drawings: [CurveDrawing] {
    [losses] + measures + [
      CurveDrawing(.learningRate, [curve(.learningRate) { $0.learningRate }]),
      CurveDrawing(.gradientNorm, [curve(.gradientNorm) { $0.gradientNorm }]),
      CurveDrawing(
        .speed,
        [
          Curve(.phrase(.speed), log.timings.map { Curve.Point(step: $0.step, value: $0.tokensPerSecond) })
        ]),
    ]
  }

  /// The losses of training, and beside them those of every set.
  private var losses: CurveDrawing {
    let evaluations = log.evaluationNames.map { name in
      Curve(
        .text(name),
        log.evaluations.filter { $0.evaluation == name }.map { Curve.Point(step: $0.step, value: $0.loss) })
    }
    return CurveDrawing(.loss, [curve(.training) { $0.loss }] + evaluations)
  }

  private func curve(_ phrase: ReportPhrase, _ value: (StepReport) -> Double) -> Curve {
    Curve(.phrase(phrase), log.steps.map { Curve.Point(step: $0.step, value: value($0)) })
  }

  /// What was measured beside losses, a curve for each kind and set; nothing where nothing was.
  private var measures: [CurveDrawing] {
    let curves = log.evaluationNames.flatMap { name in
      let results = log.evaluations.filter { $0.evaluation == name }
      return Measure.Kind.allCases.map { kind in
        Curve(
          .text("\(name): \(kind.rawValue)"),
          results.compactMap { result in
            result.measures.first { $0.kind == kind }.map { Curve.Point(step: result.step, value: $0.value) }
          })
      }
    }
    return curves.allSatisfy(\.points.isEmpty) ? [] : [CurveDrawing(.measures, curves)]
  }

  private var samples: String {
    guard !log.samples.isEmpty else { return "" }
    let hidden = log.samples.count - RunReport.maximumSamples
    var text = "<section><h2>\(ReportPhrase.samples.html)</h2>\n"
    if hidden > 0 {
      text += "<p class=\"empty\">\(NumberText.count(hidden)) \(ReportPhrase.olderSamples.html)</p>\n"
    }
    for sample in log.samples.suffix(RunReport.maximumSamples) {
      let step = sample.step.map { " (\(ReportPhrase.atStep.html) \(NumberText.count($0)))" } ?? ""
      // A line break after <pre> is no part of the text, so that one that is stays.
      text += """
        <article><p class="label">\(ReportPhrase.prompt.html)\(step)</p><pre>
        \(HTMLText.escaped(sample.prompt))</pre>
        <p class="label">\(ReportPhrase.answer.html)</p><pre>
        \(HTMLText.escaped(sample.text))</pre></article>

        """
    }
    return text + "</section>\n"
  }

  private var recipeText: String {
    guard let recipe else { return "" }
    return "<section><h2>\(ReportPhrase.recipe.html)</h2><pre>\n\(HTMLText.escaped(recipe))</pre></section>\n"
  }
}
