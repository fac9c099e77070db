using System.Text.Json.Serialization;

namespace Greenery;

/// <summary>One thing that is wrong and that a person has to put right.</summary>
/// <param name="Place">Where: <c>sql/core/core.yml:12</c>, <c>2026-11-21/orders.csv</c>, a setting's name.</param>
/// <param name="Message">What was found, what was expected, and what to do.</param>
public sealed record Diagnostic(string Place, string Message)
{
    /// <summary>
    /// What is wrong, as a name that stays when lines above the place are edited: <c>owner pager</c>. Null where the
    /// place alone says it.
    /// </summary>
    [JsonIgnore]
    public string? Rule { get; init; }

    public override string ToString() => $"{Place}: {Message}";
}
