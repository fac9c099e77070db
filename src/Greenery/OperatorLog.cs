using Microsoft.Extensions.Logging;

namespace Greenery;

/// <summary>
/// What wakes operators. The alerts in infra/app/alerts.bicep look for these words in the log: a change here is a change
/// there.
/// </summary>
internal static partial class OperatorLog
{
    /// <param name="logger">Any; the category does not matter.</param>
    /// <param name="state">The run's last state, as the ledger writes it: <c>published</c>, <c>checks_failed</c>, ...</param>
    /// <param name="run">Its number.</param>
    /// <param name="date">Its business date; null when it had none.</param>
    /// <param name="words">What there is to say; null when the state says it all. No secrets, no people's data.</param>
    public static void RunEnded(this ILogger logger, string state, long run, DateOnly? date, string? words) =>
        RunEnded(logger, state is "published" or "unchanged" ? LogLevel.Information : LogLevel.Error, state, run, date, words);

    /// <param name="logger">Any.</param>
    /// <param name="channel">The channel's name in the settings.</param>
    /// <param name="words">What the other side said last; no secrets.</param>
    [LoggerMessage(2, LogLevel.Error, "Channel dead: {Channel}. {Words}")]
    public static partial void ChannelDead(this ILogger logger, string channel, string words);

    [LoggerMessage(EventId = 1, Message = "Run ended: {State}; run {Run} of {Date:yyyy-MM-dd}. {Words}")]
    private static partial void RunEnded(ILogger logger, LogLevel level, string state, long run, DateOnly? date, string? words);
}
