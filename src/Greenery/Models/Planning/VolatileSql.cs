using Greenery.Models.Sql;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>
/// Finds SQL that may answer differently though no row has changed: it asks for the time, or calls a function that
/// <c>pg_proc</c> does not call immutable, be it PostgreSQL's or the user's own.
/// </summary>
public sealed class VolatileSql
{
    /// <summary>
    /// Functions of PostgreSQL that are stable only because settings, such as the time zone, decide how they convert
    /// their arguments. Some are types as well, as in <c>numeric(12)</c>.
    /// </summary>
    private const string Conversions =
        "^(to_(char|date|jsonb?|number|timestamp)|array_to_(json|string)|concat(_ws)?|convert(_from|_to)?|date"
        + "|date_(add|bin|cmp_timestamptz|part|subtract|trunc)|enum_(first|last|range)|extract|format|generate_series"
        + "|in_range|jsonb?_(agg|build|object_agg|path|populate|to).*|length|make_timestamptz|money|numeric|overlaps"
        + "|pg_(input_is_valid|typeof)|quote_(literal|nullable)|row_to_json|text|time|timestamp|timestamptz|timetz"
        + "|timezone|(|plain|phrase|websearch_)to_ts(query|vector)|ts_headline|xml)$";

    private readonly List<FunctionRow> _functions;

    private VolatileSql(List<FunctionRow> functions) => _functions = functions;

    /// <summary>Reads what the database knows of the functions that the statements call.</summary>
    public static async Task<VolatileSql> ReadAsync(
        NpgsqlConnection connection, Marts marts, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        // What the search paths of models, checks and key figures can find by a bare name.
        string[] visible = ["pg_catalog", "staging", .. marts.InOrder];
        var names = statements.SelectMany(sql => SqlCall.Find(SqlTokenizer.Tokenize(sql))).Select(call => call.Name)
            .Distinct(StringComparer.Ordinal).ToArray();
        return new VolatileSql(await connection.QueryAsync<FunctionRow>(
            """
            select nspname::text as schema, proname::text as name, (pronargs - pronargdefaults)::integer as fewest,
                case when provariadic = 0 then pronargs::integer else 100 end as most,
                nspname = any(@visible) or nspname = any(current_schemas(true)) as is_visible
            from pg_proc
            inner join pg_namespace on pg_namespace.oid = pronamespace
            where provolatile <> 'i' and proname = any(@names)
                and not (nspname = 'pg_catalog' and provolatile = 's' and proname ~ @Conversions)
            """, new { names, visible, Conversions }, cancellationToken));
    }

    /// <summary>What a statement asks that may change by itself, such as <c>now()</c>; null for nothing.</summary>
    public string? Find(string sql)
    {
        var tokens = SqlTokenizer.Tokenize(sql);
        return SqlClock.Find(tokens) ?? SqlCall.Find(tokens).Where(IsVolatile).Select(call => call.ToString())
            .FirstOrDefault();
    }

    private bool IsVolatile(SqlCall call) => _functions.Exists(function =>
        function.Name == call.Name && call.Arguments >= function.Fewest && call.Arguments <= function.Most
        && (call.Schema is null ? function.IsVisible : function.Schema == call.Schema));

    private sealed record FunctionRow(string Schema, string Name, int Fewest, int Most, bool IsVisible);
}
