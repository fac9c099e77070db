using System.Globalization;
using System.Text.RegularExpressions;

namespace Greenery.Tests.Support;

/// <summary>
/// What goes wrong with a day's drops of the sample shop, and the check that has to notice it. Each loads without a
/// fault of its own: no row is quarantined and no drop is refused.
/// </summary>
/// <param name="Name">What happened, for people.</param>
/// <param name="Expected">The check that has to warn or fail.</param>
/// <param name="Spoil">Changes the files of a day's folder.</param>
internal sealed partial record SpoiledDay(string Name, string Expected, Action<string> Spoil)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SpoiledDay> All { get; } =
    [
        new("an event type renamed", "staging.events.event_type.accepted_values", folder =>
            Change(folder, "events.csv", text => text.Replace(",checkout,", ",check_out,", StringComparison.Ordinal))),
        new("amounts times 100", "staging.orders.order_total.sum_change", folder =>
            Change(folder, "orders.ndjson", text => Amount().Replace(text, match =>
                match.Groups[1].Value + Times100(match.Groups[2].Value)))),
        new("a table's drop missing", "staging.order_items.missing_drop", folder =>
            File.Delete(Path.Combine(folder, "order_items.csv.gz"))),
        new("events cut to 10%", "staging.events.rows_per_drop", folder =>
            Change(folder, "events.csv", text => Lines(text, lines => lines.Take(lines.Count / 10)))),
        new("header only", "staging.events.rows_per_drop", folder =>
            Change(folder, "events.csv", text => Lines(text, _ => []))),
        new("all user_ids empty", "staging.events.user_id.null_share", folder =>
            Change(folder, "events.csv", text => Lines(text, lines => lines.Select(WithoutUser)))),
        new("a misnamed file", "staging.orders.missing_drop", folder =>
            File.Move(Path.Combine(folder, "orders.ndjson"), Path.Combine(folder, "order.ndjson"))),
    ];

    public override string ToString() => Name;

    private static void Change(string folder, string file, Func<string, string> change)
    {
        var path = Path.Combine(folder, file);
        var before = File.ReadAllText(path);
        var after = change(before);
        if (after == before)
        {
            throw new InvalidOperationException($"{path} has nothing to change; expected a drop of the sample shop.");
        }
        File.WriteAllText(path, after);
    }

    // The header stays.
    private static string Lines(string text, Func<IReadOnlyList<string>, IEnumerable<string>> change)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(change(lines[1..]).Prepend(lines[0]).Select(line => $"{line}\n"));
    }

    private static string Times100(string amount) =>
        (decimal.Parse(amount, CultureInfo.InvariantCulture) * 100).ToString(CultureInfo.InvariantCulture);

    // event_id,session_id,user_id,...
    private static string WithoutUser(string line)
    {
        var fields = line.Split(',');
        fields[2] = "";
        return string.Join(',', fields);
    }

    [GeneratedRegex("(\"(?:order_cost|shipping_cost|order_total)\":)([0-9.]+)")]
    private static partial Regex Amount();
}
