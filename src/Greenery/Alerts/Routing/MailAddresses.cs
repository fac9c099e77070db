using System.Net.Mail;

namespace Greenery.Alerts.Routing;

/// <summary>Whether a text is a mail address.</summary>
public static class MailAddresses
{
    /// <summary>What messages say was expected.</summary>
    public const string Expected = "an address such as ana@greenery.example";

    /// <summary>A bare address, without a name beside it, at a domain with a dot.</summary>
    public static bool IsValid(string text) =>
        MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && address.Host.Trim('.').Contains('.', StringComparison.Ordinal)
        && !address.Host.Contains("..", StringComparison.Ordinal)
        && address.Host.All(c => char.IsLetterOrDigit(c) || c is '.' or '-')
        && !text.Any(c =>
        char.IsWhiteSpace(c) || char.IsControl(c) || c is ',' or ';' or '"' or '<' or '>' or '(' or ')');

    /// <summary>Whether a text is meant to be an address, so that a typo in it is reported as such.</summary>
    public static bool IsMeant(string text) => text.Contains('@', StringComparison.Ordinal);
}
