using System.Globalization;
using System.Text.RegularExpressions;

namespace Greenery.Checks;

/// <summary>When failing rows count: <c>&gt; 10</c> rows, or <c>&gt;= 2.5%</c> of the rows looked at.</summary>
public sealed partial record Threshold(string Operator, decimal Value, bool IsPercent)
{
    /// <summary>Any failing row.</summary>
    public static Threshold Any { get; } = new(">", 0, false);

    /// <summary>
    /// Reads <c>&gt; 10</c>, <c>&gt;= 1%</c>, <c>= 5</c> or <c>!= 0</c>; false for anything else and for shares over
    /// 100%.
    /// </summary>
    public static bool TryParse(string text, out Threshold threshold)
    {
        var match = Pattern().Match(text);
        var isPercent = match.Groups[3].Success;
        var isNumber = decimal.TryParse(
            match.Groups[2].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        threshold = new Threshold(match.Groups[1].Value, value, isPercent);
        return isNumber && !(isPercent && value > 100);
    }

    /// <summary>Whether this many failing rows of those looked at are meant.</summary>
    public bool IsMetBy(long failing, long lookedAt)
    {
        var found = IsPercent ? failing * 100m / Math.Max(lookedAt, 1) : failing;
        return Operator switch
        {
            ">" => found > Value,
            ">=" => found >= Value,
            "<" => found < Value,
            "<=" => found <= Value,
            "=" => found == Value,
            _ => found != Value,
        };
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operator} {Value}{(IsPercent ? "%" : "")}");

    [GeneratedRegex(@"^\s*(>=|<=|!=|>|<|=)\s*([0-9]+(?:\.[0-9]+)?)\s*(%)?\s*$")]
    private static partial Regex Pattern();
}
