using System.Text;
using System.Text.Json;

namespace Greenery.Staging.Parsing.Json;

/// <summary>Says what is wrong with text that should be JSON.</summary>
internal static class JsonFault
{
    private const int Around = 20;
    private const string EndOfQuote = "' is ";

    // Instead of a reason that quotes text in a form that is not known.
    private const string Unnamed = "it is not valid JSON.";

    /// <summary>"found '...' around byte 12, expected a whole JSON object: 'x' is an invalid start."</summary>
    public static RowFault Create(JsonException exception, ReadOnlySpan<byte> line, bool isPersonal)
    {
        var at = (int)Math.Min(exception.BytePositionInLine ?? 0, line.Length);
        var shown = line[Math.Max(0, at - Around)..Math.Min(line.Length, at + Around)];
        return new RowFault(
            RowRule.Json,
            null,
            FoundText.Quoted(shown, isPersonal).With($" around byte {at + 1}"),
            $"a whole JSON object: {Reason(exception, isPersonal)}");
    }

    /// <summary>"found '...' at its end, expected a whole JSON object: a quote or bracket ... is not closed."</summary>
    public static RowFault Unfinished(ReadOnlySpan<byte> element, bool isPersonal) => new(
        RowRule.Json,
        null,
        FoundText.Quoted(element[Math.Max(0, element.Length - Around)..], isPersonal).With(" at its end"),
        "a whole JSON object: a quote or bracket of it is not closed");

    /// <summary>
    /// The framework's reason without its position, which counts from where the parser began, and without the text that
    /// it quotes where that may be personal.
    /// </summary>
    public static string Reason(JsonException exception, bool isPersonal)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = end < 0 ? exception.Message : exception.Message[..end];
        // "'nil' is an invalid JSON literal. Expected the literal 'null'."
        var quoted = reason.StartsWith('\'') ? reason.LastIndexOf(EndOfQuote, StringComparison.Ordinal) : -1;
        if (isPersonal && reason.Contains('\''))
        {
            return quoted > 0 ? ReadableText.PiiMask + reason[(quoted + 1)..] : Unnamed;
        }
        return ReadableText.Shorten(Encoding.UTF8.GetBytes(reason));
    }
}
