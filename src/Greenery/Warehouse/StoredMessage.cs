using System.Globalization;

namespace Greenery.Warehouse;

/// <summary>Messages for people as the ops tables keep them.</summary>
internal static class StoredMessage
{
    /// <summary>
    /// In characters. Twenty refused drops with a long reason each fit in; reports, alerts and terminals show each
    /// message as a whole, and a longer one is no longer read there.
    /// </summary>
    public const int Longest = 8_000;

    /// <summary>The message, or its beginning and how much is left out.</summary>
    public static string? Cut(string? message)
    {
        if (message is null || message.Length <= Longest)
        {
            return message;
        }
        var end = Longest - (char.IsHighSurrogate(message[Longest - 1]) ? 1 : 0);
        return string.Create(CultureInfo.InvariantCulture,
            $"{message.AsSpan(0, end)} ... ({message.Length - end:#,0} more characters are left out)");
    }
}
