using System.Text.RegularExpressions;

namespace Greenery.FaultInjection.Clusters;

/// <summary>Where the tables of the repository's project are when it runs on a cluster.</summary>
internal static partial class ClusterShop
{
    private static readonly Dictionary<string, string> Columns = new()
    {
        ["users"] = "user_id",
        ["orders"] = "order_id",
        ["order_items"] = "order_id",
        ["events"] = "session_id",
        ["email_events"] = "user_id",
        ["fact_orders"] = "order_id",
        ["int_user_orders"] = "order_id",
        ["fact_order_items"] = "order_id",
        ["order_status_history"] = "order_id",
        ["fact_user_orders"] = "user_id",
        ["converted_users"] = "session_id",
        ["campaign_recipients"] = "user_id",
        ["campaign_sessions"] = "session_id",
        ["int_sessions"] = "session_id",
        ["int_visitors"] = "user_id",
        ["int_first_orders"] = "user_id",
        ["int_user_signals"] = "user_id",
        ["int_user_months"] = "user_id",
        ["fact_page_views"] = "session_id",
        ["int_checkouts"] = "order_id",
        ["int_checkout_items"] = "session_id",
        ["int_product_visits"] = "session_id",
    };

    /// <summary>Copies the repository's project, distributed.</summary>
    /// <param name="sql">The folder of its SQL.</param>
    /// <param name="copy">The folder of the copy, which is made.</param>
    public static void Copy(string sql, string copy)
    {
        foreach (var file in Directory.GetFiles(sql, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(sql, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        DistributeIn(copy);
    }

    /// <summary>
    /// Distributes what grows with the shop. What is not named here is a reference table. Keys get the column that rows
    /// are distributed by.
    /// </summary>
    /// <param name="sql">The folder of the project's SQL, a copy of the repository's, whose files are changed.</param>
    public static void DistributeIn(string sql)
    {
        foreach (var (path, indent) in new[]
        {
            ("sources.yml", 6), ("core/core.yml", 2), ("marketing/marketing.yml", 2), ("product/product.yml", 2),
        })
        {
            Change(sql, path, text => Distribute(text, indent));
        }
        Change(sql, "product/product.yml", text => text
            .Replace("unique_key: event_id", "unique_key: [event_id, session_id]", StringComparison.Ordinal)
            .Replace(
                "unique_key: [order_id, product_id]", "unique_key: [order_id, product_id, session_id]",
                StringComparison.Ordinal));
        Change(sql, "sources.yml", text => AddToKey(AddToKey(text, "events", "session_id"), "email_events", "user_id"));
    }

    private static void Change(string sql, string path, Func<string, string> change)
    {
        var file = Path.Combine(sql, path);
        File.WriteAllText(file, change(File.ReadAllText(file)));
    }

    private static string Distribute(string text, int indent)
    {
        var lines = text.Split('\n').ToList();
        for (var at = lines.Count - 1; at >= 0; at--)
        {
            var item = Item().Match(lines[at]);
            if (!item.Success || item.Groups[1].Length != indent
                || !Columns.TryGetValue(item.Groups[2].Value, out var column))
            {
                continue;
            }
            var key = $"distributed_by: {column}";
            var next = lines.FindIndex(at + 1, line => Item().Match(line) is { Success: true } other
                && other.Groups[1].Length <= indent);
            var begins = $"{new string(' ', indent + 2)}config:";
            var config = lines.FindIndex(
                at, (next < 0 ? lines.Count : next) - at, line => line.StartsWith(begins, StringComparison.Ordinal));
            if (config < 0)
            {
                lines.Insert(at + 1, $"{begins} {{{key}}}");
            }
            else if (lines[config].Contains('{', StringComparison.Ordinal))
            {
                lines[config] = lines[config].Replace("{", $"{{{key}, ", StringComparison.Ordinal);
            }
            else
            {
                lines.Insert(config + 1, $"{new string(' ', indent + 4)}{key}");
            }
        }
        return string.Join('\n', lines);
    }

    private static string AddToKey(string text, string table, string column)
    {
        var lines = text.Split('\n').ToList();
        var start = lines.FindIndex(line => line.Trim() == $"- name: {table}");
        var at = lines.FindIndex(start, line => line.Trim() == $"- name: {column}");
        var constraints = lines.FindIndex(
            at + 1, line => line.Contains("- name:", StringComparison.Ordinal)
                || line.Contains("constraints:", StringComparison.Ordinal));
        if (lines[constraints].Contains("constraints:", StringComparison.Ordinal))
        {
            lines[constraints] = lines[constraints].Replace("not_null", "primary_key", StringComparison.Ordinal);
        }
        else
        {
            lines.Insert(at + 1, "            constraints: [{type: primary_key}]");
        }
        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"^( *)- name: (\w+)$")]
    private static partial Regex Item();
}
