using Greenery.Presentation;
using Greenery.Sources;

namespace Greenery.Tests.Presentation;

public sealed class RawRowMaskTests
{
    private static readonly RawRowMask _mask = new(
    [
        Table("users", new SourceColumn("user_id", Type("integer")),
            new SourceColumn("email", Type("text"), IsPersonal: true)),
        Table("orders", new SourceColumn("order_id", Type("integer"))),
    ]);

    [Theory]
    [InlineData("orders", "1,2,whatever", "1,2,whatever")]
    [InlineData("users", "1,ana@x", null)]
    [InlineData("users", "{\"user_id\": \"x\", \"email\": \"ana@x\", \"phone\": \"123\"}",
        "{\"user_id\":\"x\",\"email\":\"***\",\"***\":\"***\"}")]
    [InlineData("users", "{\"ana@x\": 1, \"bo@x\": 2, \"USER_ID\": 3}", "{\"***\":\"***\"}")]
    [InlineData("users", "{\"user_id\": {\"ana@x\": 1}}", "{\"user_id\":\"***\"}")]
    [InlineData("users", "{\"\\ud800\": 1}", null)]
    [InlineData("users", "[\"ana@x\"]", null)]
    [InlineData("users", "{\"email\": \"ana@x\"", null)]
    [InlineData("gone", "1,ana@x", null)]
    public void A_row_is_shown_without_personal_data(string table, string raw, string? shown) =>
        Assert.Equal(shown, _mask.Show(table, raw));

    private static SourceTable Table(string name, params SourceColumn[] columns) =>
        new() { Name = name, Columns = columns, PrimaryKey = [columns[0].Name], DropName = name,
            Place = "sql/sources.yml:1" };

    private static ColumnType Type(string name) => new(name == "text" ? ColumnKind.Text : ColumnKind.Integer);
}
