using Greenery.Models.Sql;

namespace Greenery.Checks;

/// <summary>Puts the business's time zone for <c>:time_zone</c> in the conditions of property files.</summary>
internal static class CheckZone
{
    /// <summary>The check as it is asked.</summary>
    public static Check Fill(Check check, string timeZone)
    {
        string Of(string sql) => SqlParameters.FillTimeZone(sql, timeZone);
        return check with
        {
            Where = check.Where is { } where ? Of(where) : null,
            Rule = check.Rule switch
            {
                RowCheckRule rule => rule with { LookedAt = Of(rule.LookedAt), Failing = Of(rule.Failing) },
                SetCheckRule rule => rule with { Count = Of(rule.Count), Offenders = Of(rule.Offenders) },
                var other => other,
            },
        };
    }
}
