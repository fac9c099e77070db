using System.Globalization;
using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>Texts that all formats share.</summary>
internal static class Wording
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>The word beside the colour, so that a message is readable without colours.</summary>
    public static string Of(MessageSeverity severity) => severity switch
    {
        MessageSeverity.Good => "OK",
        MessageSeverity.Plain => "Info",
        MessageSeverity.Warning => "Warning",
        _ => "Error",
    };

    /// <summary><c>3,553</c>.</summary>
    public static string Count(long number) => number.ToString("N0", English);

    /// <summary><c>Tue 24 Nov 2026, 05:12 UTC</c>, <c>Tue 24 Nov 2026, 06:12 (UTC+01:00)</c>.</summary>
    /// <param name="time">With the offset of the business's time zone.</param>
    public static string Time(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("ddd d MMM yyyy, HH:mm 'UTC'", English)
        : time.ToString("ddd d MMM yyyy, HH:mm '(UTC'zzz')'", English);

    /// <summary><c>new · owner crm@shop.example</c>; what is empty is left out.</summary>
    public static string Foot(MessageProblem problem) =>
        Dotted(problem.Change, problem.Owner.Length > 0 ? $"owner {problem.Owner}" : "");

    /// <summary>Why a problem matters and what depends on it, each a line.</summary>
    public static IEnumerable<string> Details(MessageProblem problem) =>
        new[] { Labelled("Why it matters", problem.Why), Labelled("Affects", problem.Affects) }
            .Where(line => line.Length > 0);

    private static string Labelled(string label, string text) => text.Length == 0 ? "" : $"{label}: {text}";

    /// <summary><c>212 rows, 180 before</c>; empty where rows are not counted.</summary>
    public static string Rows(MessageProblem problem) => (problem.Failing, problem.Before) switch
    {
        (null, _) => "",
        ({ } now, null) => Rows(now),
        ({ } now, { } before) when now == before => $"{Rows(now)}, as before",
        ({ } now, { } before) => $"{Rows(now)}, {Count(before)} before",
    };

    /// <summary><c>and 1,204 more</c>; empty when nothing was left out.</summary>
    public static string More(int number) => number > 0 ? $"and {Count(number)} more" : "";

    /// <summary>The parts that are not empty, with dots between them.</summary>
    public static string Dotted(params IEnumerable<string> parts) =>
        string.Join(" · ", parts.Where(part => part.Length > 0));

    private static string Rows(long number) => $"{Count(number)} {(number == 1 ? "row" : "rows")}";
}
