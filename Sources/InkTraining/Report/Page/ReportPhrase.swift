/// What the page says, in its two languages.
enum ReportPhrase: Sendable, Hashable {
  case report, loss, measures, training, learningRate, gradientNorm, speed, steps, lastLoss, bestLoss, atStep, tokens,
    time
  case finished, yes, no, checkpoint, none, damaged, samples, prompt, answer, recipe, noCurve, olderSamples,
    switchLanguage

  /// The words in English and in Chinese.
  var words: (english: String, chinese: String) {
    switch self {
    case .report: ("Training run", "训练记录")
    case .loss: ("Loss", "损失")
    case .measures: ("Measured on sets", "评估指标")
    case .training: ("training", "训练")
    case .learningRate: ("Learning rate", "学习率")
    case .gradientNorm: ("Gradient norm, before clipping", "梯度范数(裁剪前)")
    case .speed: ("Tokens per second", "每秒词元数")
    case .steps: ("Steps", "步数")
    case .lastLoss: ("Last loss", "最后损失")
    case .bestLoss: ("Lowest evaluation loss", "最低评估损失")
    case .atStep: ("at step", "步数:")
    case .tokens: ("Tokens read", "已读词元")
    case .time: ("Time in steps", "训练用时")
    case .finished: ("Finished", "已完成")
    case .yes: ("yes", "是")
    case .no: ("no", "否")
    case .checkpoint: ("Newest checkpoint", "最新检查点")
    case .none: ("none", "无")
    case .damaged: ("Damaged lines left out", "略去的损坏行")
    case .samples: ("Samples", "样例")
    case .prompt: ("Prompt", "提示")
    case .answer: ("Text", "文本")
    case .recipe: ("Recipe", "配方")
    case .noCurve: ("Nothing was noted.", "没有记录。")
    case .olderSamples: ("older samples are not shown", "条较早的样例未显示")
    case .switchLanguage: ("中文", "English")
    }
  }

  /// Both languages as HTML; the style of the page hides one.
  var html: String {
    "<span class=\"en\" lang=\"en\">\(HTMLText.escaped(words.english))</span>"
      + "<span class=\"zh\" lang=\"zh\">\(HTMLText.escaped(words.chinese))</span>"
  }
}
