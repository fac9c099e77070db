using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.UnitTests;

/// <summary>A column of a temporary table or view that a unit test fills or compares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type without length or digits, as SQL writes it.</param>
/// <param name="FullType">Its type with them.</param>
/// <param name="IsArray">Whether it is an array.</param>
internal sealed record TestTableColumn(string Name, string Type, string FullType, bool IsArray)
{
    /// <summary>Whether values are rounded to the column's digits.</summary>
    public bool HasDigits => Type == "numeric" && FullType != Type;

    /// <summary>Those of a table or view of this connection.</summary>
    public static Task<List<TestTableColumn>> ReadAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.QueryAsync<TestTableColumn>(
            """
            select attname::text as name, format_type(atttypid, -1) as type,
                format_type(atttypid, atttypmod) as full_type, typcategory = 'A' as is_array
            from pg_attribute
            inner join pg_type on pg_type.oid = atttypid
            where attrelid = @relation::regclass and attnum > 0 and not attisdropped
            order by attnum
            """,
            new { relation = $"pg_temp.{SqlText.Name(table)}" }, cancellationToken);
}
