using Microsoft.Extensions.Logging;

namespace Greenery.Alerts;

/// <summary>
/// What is told to operators when people cannot be told. infra/app/alerts.bicep looks for these words in the log.
/// </summary>
internal static partial class AlertLog
{
    [LoggerMessage(1101, LogLevel.Error, "Channel {Channel} is dead: {Reason}")]
    public static partial void ChannelFailing(this ILogger log, string channel, string reason);
}
