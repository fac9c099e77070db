using Microsoft.Extensions.Logging;

namespace Greenery.Alerts;

/// <summary>
/// Log entries for operators when notifications cannot be delivered. infra/app/alerts.bicep searches for these words.
/// </summary>
internal static partial class AlertLog
{
    [LoggerMessage(1101, LogLevel.Error, "Channel {Channel} is dead: {Reason}")]
    public static partial void ChannelFailing(this ILogger log, string channel, string reason);
}
