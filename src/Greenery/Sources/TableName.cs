using System.Text.RegularExpressions;

namespace Greenery.Sources;

/// <summary>
/// How a property file names a model or a source table: <c>orders</c>, or as dbt does, <c>ref('orders')</c> or
/// <c>source('shop', 'orders')</c>.
/// </summary>
/// <param name="Source">The source that the table is of; null where the text does not say.</param>
/// <param name="Name">The model or table.</param>
internal sealed partial record TableName(string? Source, string Name)
{
    /// <summary>Whether a text is such a call.</summary>
    public static bool IsCall(string text) => Call().IsMatch(text);

    /// <summary>Reads one; a text that is no call is a name.</summary>
    public static TableName Parse(string text) => Call().Match(text) switch
    {
        { Success: true } call when call.Groups["source"].Success =>
            new TableName(call.Groups["source"].Value, call.Groups["table"].Value),
        { Success: true } call => new TableName(null, call.Groups["model"].Value),
        _ => new TableName(null, text),
    };

    // dbt's files may have the call as an expression of Jinja, too.
    [GeneratedRegex(@"^\s*(?:\{\{\s*)?(?:ref\(\s*(['""])(?<model>\w+)\1\s*\)"
        + @"|source\(\s*(['""])(?<source>\w+)\2\s*,\s*(['""])(?<table>\w+)\3\s*\))(?:\s*\}\})?\s*$")]
    private static partial Regex Call();
}
