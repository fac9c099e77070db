using System.Data;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Warehouse;

/// <summary>What goes into logs of an exception: all that mends a defect, and no value of a row.</summary>
public sealed class ExceptionTextTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Secret = "jane.private@x.example";

    [Theory]
    [InlineData($"insert into pg_temp.once values ('{Secret}'), ('{Secret}')", "once_name_key\" (23505)")]
    [InlineData($"insert into pg_temp.once values (null, '{Secret}')", "violates not-null constraint (23502)")]
    [InlineData("select name::integer from pg_temp.secret", "type integer: \"***\" (22P02)")]
    public async Task PostgreSQL_is_quoted_without_the_values_it_quotes(string sql, string said)
    {
        var exception = await FailAsync(sql);
        var wrapped = new InvalidOperationException("It failed.", new AggregateException(exception));

        Assert.Contains(Secret, wrapped.ToString(), StringComparison.Ordinal);
        foreach (var text in new[] { ExceptionText.MessageOf(exception), ExceptionText.Trace(wrapped) })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        }
        Assert.Contains("System.InvalidOperationException: It failed.", ExceptionText.Trace(wrapped),
            StringComparison.Ordinal);
        Assert.Contains("\n   at ", ExceptionText.Trace(wrapped), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_does_not_fit_a_record_is_not_named()
    {
        var exception = new DataException(
            $"Error parsing column 0 (name={Secret} - String)", new FormatException("Not an integer."));

        Assert.Equal("A row cannot be read: Not an integer.", ExceptionText.MessageOf(exception));
        Assert.DoesNotContain(Secret, ExceptionText.Trace(exception), StringComparison.Ordinal);
    }

    private async Task<PostgresException> FailAsync(string sql)
    {
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            $"""
            create temp table once (name text not null unique, city text);
            create temp table secret as select '{Secret}' as name
            """,
            null, CancellationToken.None);
        return await Assert.ThrowsAsync<PostgresException>(() =>
            connection.ExecuteAsync(sql, null, CancellationToken.None));
    }
}
