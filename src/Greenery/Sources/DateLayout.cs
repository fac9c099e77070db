namespace Greenery.Sources;

/// <summary>A part of a date's form: digits of year, month or day, or a separator.</summary>
/// <param name="Kind"><c>y</c>, <c>M</c>, <c>d</c>, or the separator itself.</param>
/// <param name="Length">Digits; 1 for one or two digits of month or day.</param>
public readonly record struct DatePart(char Kind, int Length);

/// <summary>The form of the dates in a CSV file, as in <c>dd.MM.yyyy</c>.</summary>
public sealed class DateLayout
{
    /// <summary>What a form can hold, for messages.</summary>
    public const string Known = "one each of yyyy, MM or M, dd or d, with separators: dd.MM.yyyy";

    private DateLayout(string text, IReadOnlyList<DatePart> parts) => (Text, Parts) = (text, parts);

    public string Text { get; }

    /// <summary>In the order of the form.</summary>
    public IReadOnlyList<DatePart> Parts { get; }

    /// <summary>Reads a form; null when it is not <see cref="Known"/>.</summary>
    public static DateLayout? TryParse(string text)
    {
        var parts = new List<DatePart>();
        for (var at = 0; at < text.Length; at += parts[^1].Length)
        {
            var isNumber = text[at] is 'y' or 'M' or 'd';
            var length = isNumber ? text[at..].TakeWhile(letter => letter == text[at]).Count() : 1;
            if (text[at] > 127 || char.IsAsciiDigit(text[at]))
            {
                return null;
            }
            parts.Add(new DatePart(text[at], length));
        }
        return IsWhole(parts) ? new DateLayout(text, parts) : null;
    }

    public override string ToString() => Text;

    private static bool IsWhole(List<DatePart> parts) =>
        parts.Count(part => part == new DatePart('y', 4)) == 1
        && parts.Count(part => part.Kind == 'M') == 1
        && parts.Count(part => part.Kind == 'd') == 1
        && parts.TrueForAll(part => part.Kind == 'y' ? part.Length == 4 : part.Length <= 2)
        && !parts.Zip(parts.Skip(1)).Any(pair => IsVague(pair.First) && char.IsAsciiLetter(pair.Second.Kind));

    // One or two digits need a separator after them.
    private static bool IsVague(DatePart part) => part is { Kind: 'M' or 'd', Length: 1 };
}
