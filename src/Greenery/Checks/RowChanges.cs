using System.Globalization;
using Greenery.Models.Planning;
using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>Rows looked at and rows failing.</summary>
internal sealed record CheckCount(long LookedAt, long Failing);

/// <summary>
/// How a version of an incremental model differs from the one readers see: failing rows now are those before, less
/// those among the removed, and those among the added.
/// </summary>
/// <param name="Before">The version readers see.</param>
/// <param name="Now">The version that is checked, in the same table.</param>
/// <param name="Counts">By check: what it counted of the version before, by the same rule.</param>
/// <param name="Parents">
/// By model that a check of relationships points to: its versions before and now, in one table.
/// </param>
internal sealed record RowChanges(
    ModelVersion Before, ModelVersion Now, IReadOnlyDictionary<string, CheckCount> Counts,
    IReadOnlyDictionary<string, (ModelVersion Before, ModelVersion Now)> Parents)
{
    /// <summary>SQL for the rows that are new.</summary>
    public string Added => $"({ModelVersion.Added(Before, Now)})";

    /// <summary>SQL for the rows that are not there any more.</summary>
    public string Removed => $"({ModelVersion.Removed(Before, Now)})";

    /// <summary>
    /// One number: by how many more of the rows that stayed fail now, because what they point to has come or gone.
    /// </summary>
    /// <param name="rule">A rule of relationships, to one of <see cref="Parents"/>.</param>
    /// <param name="where">The check's condition on rows; null for none.</param>
    public string Orphaned(RelatedRows rule, string? where)
    {
        var (before, now) = Parents[rule.To];
        var (column, field) = (SqlText.Name(rule.Column), SqlText.Name(rule.Field));
        return $"""
            with changed as (
                select value, bool_or(has_come) as has_come
                from (
                    select {field} as value, true as has_come from ({ModelVersion.Added(before, now)}) as added
                    union all
                    select {field}, false from ({ModelVersion.Removed(before, now)}) as removed
                ) as both_ways
                where value is not null
                group by value
                -- Most have changed only: the row of before has gone, and another one has come.
                having bool_and(has_come) = bool_or(has_come)
            ),

            moved as (
                select value, has_come
                from changed
                where not exists (
                    select from ({ModelVersion.Kept(before, now)}) as parent where parent.{field} = changed.value
                )
            )

            select coalesce(sum(case when has_come then -1 else 1 end), 0)::bigint
            from moved
            inner join (
                select {column} as value from ({ModelVersion.Kept(Before, Now)}) as t{(where is null ? "" : $" where {where}")}
            ) as kept using (value)
            """;
    }

    /// <summary>
    /// Two numbers: by how many more rows are looked at, and fail, among those that have the values of rows that came
    /// or went.
    /// </summary>
    /// <param name="rule">A rule of uniqueness.</param>
    /// <param name="where">The check's condition on rows; null for none.</param>
    public string Repeated(SetCheckRule rule, string? where)
    {
        var names = SqlText.Names(rule.Columns);
        var condition = $"({rule.LookedAt}) and ({where ?? "true"})";
        return $"""
            with added as not materialized (select {names} from {Added} as t where {condition}),

            removed as not materialized (select {names} from {Removed} as t where {condition}),

            changed as (
                select {names}, sum(came) as came, sum(went) as went
                from (
                    select {names}, 1 as came, 0 as went from added union all select {names}, 0, 1 from removed
                ) as both_ways
                group by {names}
            ),

            judged as (
                select came, went, count(kept.is_kept) as stayed
                from changed
                left join (
                    select {names}, true as is_kept
                    from ({ModelVersion.Kept(Before, Now)}) as t where {condition}
                ) as kept using ({names})
                group by {names}, came, went
            )

            select array[
                coalesce(sum(came - went), 0),
                coalesce(sum(
                    case when stayed + came > 1 then stayed + came else 0 end
                    - case when stayed + went > 1 then stayed + went else 0 end
                ), 0)
            ]::bigint[]
            from judged
            """;
    }

    /// <summary>
    /// SQL (<see cref="SetCheckRule.Named"/>): what a rule points to, with the rows of before.
    /// </summary>
    public string ParentBefore(RelatedRows rule) =>
        $", {SqlText.Name(rule.To)} as not materialized ({Parents[rule.To].Before.Select(SqlText.Name(rule.Field))})";
}
