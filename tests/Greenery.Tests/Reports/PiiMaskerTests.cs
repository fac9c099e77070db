using Greenery.Presentation;
using Greenery.Sources;

namespace Greenery.Tests.Reports;

public sealed class PiiMaskerTests
{
    private static readonly PiiMasker _discretion = new(
    [
        Table("users", new SourceColumn("user_id", Type("integer")),
            new SourceColumn("email", Type("text"), IsPersonal: true)),
        Table("orders", new SourceColumn("order_id", Type("integer"))),
    ]);

    [Theory]
    [InlineData("column 'email' found 'ana@x', expected text", "column 'email' found ***, expected text")]
    [InlineData("column 'user_id' found 'x', expected integer", "column 'user_id' found 'x', expected integer")]
    [InlineData("found '{\"email\": \"it''s'' }', expected a JSON object", "found ***, expected a JSON object")]
    [InlineData("found 9 fields, expected 8", "found 9 fields, expected 8")]
    [InlineData("line 2: column 'email' found 'a', expected b; line 3: column 'user_id' found 'c', expected d; line "
        + "4: column 'email' found 'e', expected f",
        "line 2: column 'email' found ***, expected b; line 3: column 'user_id' found 'c', expected d; line 4: "
            + "column 'email' found ***, expected f")]
    [InlineData("column 'email' found 'a\u0000b' with the character 0, which PostgreSQL cannot hold",
        "column 'email' found *** with the character 0, which PostgreSQL cannot hold")]
    [InlineData("found 'Ana Li' around byte 12, expected a whole JSON object",
        "found *** around byte 12, expected a whole JSON object")]
    public void A_message_keeps_personal_values_to_itself(string message, string shown) =>
        Assert.Equal(shown, _discretion.Message(message));

    [Theory]
    [InlineData("orders", "1,2,whatever", "1,2,whatever")]
    [InlineData("users", "1,ana@x", null)]
    [InlineData("users", "{\"user_id\": \"x\", \"email\": \"ana@x\", \"phone\": \"123\"}",
        "{\"user_id\":\"x\",\"email\":\"***\",\"phone\":\"***\"}")]
    [InlineData("users", "[\"ana@x\"]", null)]
    [InlineData("users", "{\"email\": \"ana@x\"", null)]
    [InlineData("gone", "1,ana@x", null)]
    public void A_row_is_shown_without_personal_data(string table, string raw, string? shown) =>
        Assert.Equal(shown, _discretion.Row(table, raw));

    private static SourceTable Table(string name, params SourceColumn[] columns) =>
        new() { Name = name, Columns = columns, PrimaryKey = [columns[0].Name], DropName = name,
            Place = "sql/sources.yml:1" };

    private static ColumnType Type(string name) => new(name == "text" ? ColumnKind.Text : ColumnKind.Integer);
}
