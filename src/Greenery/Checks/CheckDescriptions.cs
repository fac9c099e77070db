namespace Greenery.Checks;

/// <summary>
/// Why a check of a kind exists: what is assumed, and what goes wrong where it does not hold. For checks whose file
/// does not say it better.
/// </summary>
public static class CheckDescriptions
{
    private static readonly Dictionary<string, Func<Check, string>> Texts = new(StringComparer.Ordinal)
    {
        ["unique"] = check => $"Each {check.Column} is one row of {check.Model.Name}; a second one would be counted "
            + "and joined twice.",
        ["unique_where"] = check => $"Each {check.Column} is one of the rows that meet the condition; a second one "
            + "would be counted and joined twice.",
        ["unique_combination_of_columns"] = check => $"The combination is what identifies a row of {check.Model.Name}; "
            + "a second row would be counted twice.",
        ["not_null"] = check => $"Every row has its {check.Column}; rows without it drop out of joins, filters and "
            + "sums unseen.",
        ["not_null_where"] = check => $"Rows that meet the condition have their {check.Column}; without it they drop "
            + "out of joins, filters and sums unseen.",
        ["accepted_values"] = check => $"Only these values of {check.Column} are known; what filters or counts by them "
            + "leaves out rows with any other.",
        ["accepted_range"] = check => $"{check.Column} is in this range by what it means; a value outside is a wrong "
            + "unit or a wrong computation, and every sum and average would carry it.",
        ["relationships"] = check => $"Every {check.Column} has its row in the other table; rows without one drop out "
            + "of joins unseen.",
        ["expression_is_true"] = check => $"This holds for every row of {check.Model.Name} by what its columns mean; "
            + "where it does not, they contradict each other.",
        [RowCountChange.Kind] = check => $"{check.Model.Name} grows and shrinks slowly; a jump is lost or doubled "
            + "rows.",
        [DayKinds.RowsPerDrop] = check => $"A day's files of {check.Model.Name} have about as many rows as on the same "
            + "weekday before; other numbers are a partial, empty or doubled export.",
        [DayKinds.MissingDrop] = check => $"{check.Model.Name} is delivered when other tables are; without its drop "
            + "the day's figures lack its rows.",
        ["null_share"] = check => $"About the same share of rows has no {check.Column} each day; a jump is a field "
            + "that the export lost, or fills with something else.",
        ["distinct_share"] = check => $"Values of {check.Column} repeat about as often each day; a jump is a constant "
            + "that was exported for all rows, or rows that were doubled.",
        ["value_share"] = check => $"Each of these values of {check.Column} has about the same share of rows each day; "
            + "a jump is a value that was renamed or lost.",
        ["sum_change"] = check => $"The sum of {check.Column} follows the weekday; a jump is a changed unit or "
            + "currency, such as cents for dollars.",
        [MetricKinds.MetricChange] = check => $"{check.Metric?.Title ?? "The metric"} follows the weekday; a jump "
            + "is more often lost or doubled data than a change in the business.",
    };

    // Checks that Greenery makes itself, by the last part of their id.
    private static readonly Dictionary<string, string> OfOwnChecks = new(StringComparer.Ordinal)
    {
        ["freshness"] = "Figures are as old as the newest drop of what they read; a drop that is late or was never "
            + "sent leaves them out of date.",
        ["empty_drop"] = "A file with a header only is a failed export more often than a day on which nothing "
            + "happened.",
        ["emptied"] = "A table without rows passes every check of its rows, and every figure from it is 0 or missing.",
        ["full_build"] = "A model that is built by what changed should be what a full build gives; where it is not, "
            + "a change was not followed to its rows.",
        ["not_loaded"] = "A file whose name is that of no table is loaded into none; its rows are missing everywhere.",
    };

    /// <summary>Of the check's kind.</summary>
    public static string Of(Check check) => Texts.TryGetValue(check.Kind, out var text) ? text(check) : "";

    /// <summary>Of a check that no file declares, by its id; empty when it is none of these.</summary>
    public static string OfOwn(string id) => OfOwnChecks.GetValueOrDefault(id[(id.LastIndexOf('.') + 1)..], "");
}
