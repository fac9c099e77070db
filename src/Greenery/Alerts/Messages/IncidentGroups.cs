using Greenery.Alerts.Incidents;
using Greenery.Presentation;

namespace Greenery.Alerts.Messages;

/// <summary>
/// Puts incidents of one cause into one line of a message: seven tables without a fresh drop are one delivery that did
/// not come, not seven problems.
/// </summary>
internal static class IncidentGroups
{
    private const int LeastOfGroup = 3;

    // Of these, all that open together have one cause: the delivery.
    private static readonly HashSet<string> OfDelivery =
        new(["freshness", "missing_drop", "empty_drop"], StringComparer.Ordinal);

    /// <summary>One problem for each incident, or for several of one cause.</summary>
    public static IEnumerable<MessageProblem> Of(IReadOnlyList<IncidentEvent> changes, IncidentEventText text) =>
        changes.GroupBy(Cause, StringComparer.Ordinal).SelectMany(group =>
            group.Key.Length > 0 && group.Count() >= LeastOfGroup
                ? [Together([.. group], [.. group.Select(text.Problem)])] : group.Select(text.Problem));

    /// <summary>What to call incidents that all have one cause, for a title; null when they have several.</summary>
    public static string? NameOf(IReadOnlyList<IncidentEvent> changes) =>
        changes.Count >= LeastOfGroup && Cause(changes[0]) is { Length: > 0 } cause
            && changes.All(change => Cause(change) == cause)
            ? NameOf(KindOf(changes[0].Subject), changes.Count) : null;

    // Empty for an incident that has a line of its own.
    private static string Cause(IncidentEvent change)
    {
        var kind = KindOf(change.Subject);
        var isSame = change.Kind is IncidentKind.Check or IncidentKind.Source
            && (OfDelivery.Contains(kind) || IsBroken(change));
        return isSame ? $"{kind} {change.Level} {change.Change} "
            + $"{(OfDelivery.Contains(kind) ? "" : Finding(change))}" : "";
    }

    private static MessageProblem Together(IReadOnlyList<IncidentEvent> changes, IReadOnlyList<MessageProblem> problems)
    {
        var kind = KindOf(changes[0].Subject);
        var findings = changes.GroupBy(Finding, StringComparer.Ordinal).Select(group =>
            $"{string.Join(", ", group.Select(change => TableOf(change.Subject)))}: {group.Key}");
        var owners = problems.Select(problem => problem.Owner).Distinct().Order(StringComparer.Ordinal);
        var oldest = changes.Zip(problems).MinBy(pair => pair.First.OpenedAt).Second;
        return new MessageProblem(
            NameOf(kind, changes.Count), problems[0].Severity, string.Join(", ", owners),
            $"{string.Join(". ", findings)}.", null, null, oldest.Change)
        {
            Why = problems[0].Why,
        };
    }

    private static string NameOf(string kind, int count) => kind switch
    {
        "freshness" => $"{count} source tables are out of date",
        "missing_drop" => $"{count} source tables have no drop",
        "empty_drop" => $"{count} source tables have an empty drop",
        _ => $"{NumberFormat.Count(count, "check")} could not be evaluated",
    };

    // What a message says after the check's name; the place of the declaration differs, the cause does not.
    private static string Finding(IncidentEvent change)
    {
        var text = change.Message;
        var at = text.IndexOf(IsBroken(change) ? Broken : ": ", StringComparison.Ordinal);
        return at < 0 ? text : text[(at + (IsBroken(change) ? 1 : 2))..].TrimEnd('.');
    }

    private const string Broken = " could not be evaluated: ";

    private static bool IsBroken(IncidentEvent change) => change.Message.Contains(Broken, StringComparison.Ordinal);

    private static string KindOf(string subject) => subject[(subject.LastIndexOf('.') + 1)..];

    // staging.users.freshness: users; a check of a model keeps its id.
    private static string TableOf(string subject) =>
        subject.Split('.') is ["staging", var table, _] ? table : subject;
}
