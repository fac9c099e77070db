namespace Greenery.Checks;

/// <summary>What a check asks of the rows of a model.</summary>
public abstract record CheckRule;

/// <summary>A question to each row by itself; all of a model's are answered in one scan.</summary>
/// <param name="LookedAt">SQL condition: is the row looked at?</param>
/// <param name="Failing">SQL condition on the rows looked at: is it an offender? Null is no.</param>
public sealed record RowRule(string LookedAt, string Failing) : CheckRule;

/// <summary>A question to all rows together.</summary>
/// <param name="Count">SQL: one row with <c>looked_at</c> and <c>failing</c> (bigint), from a table called <c>t</c>.</param>
/// <param name="Offenders">SQL: the failing rows, from a table called <c>t</c>.</param>
public sealed record SetRule(string Count, string Offenders) : CheckRule;
