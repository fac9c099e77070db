using System.Text;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Types;

namespace Greenery.Tests.Staging;

public sealed class FieldTypesTests
{
    [Theory]
    [InlineData("integer", "2147483648", RowRule.Range)]
    [InlineData("integer", "-2147483649", RowRule.Range)]
    [InlineData("integer", "99999999999999999999999", RowRule.Range)]
    [InlineData("integer", "12.5", RowRule.Range)]
    [InlineData("integer", "1e10", RowRule.Range)]
    [InlineData("bigint", "1e19", RowRule.Range)]
    [InlineData("bigint", "1e999", RowRule.Range)]
    [InlineData("integer", "-", RowRule.Type)]
    [InlineData("integer", "1 2", RowRule.Type)]
    [InlineData("integer", "٣", RowRule.Type)]
    [InlineData("bigint", "9223372036854775808", RowRule.Range)]
    [InlineData("bigint", "-9223372036854775809", RowRule.Range)]
    [InlineData("bigint", "18446744073709551616", RowRule.Range)]
    [InlineData("numeric(4,2)", "100", RowRule.Range)]
    [InlineData("numeric(4,2)", "1e2", RowRule.Range)]
    [InlineData("numeric(4,2)", "0.001", RowRule.Range)]
    [InlineData("numeric(4,2)", "1e-3", RowRule.Range)]
    [InlineData("numeric", "1e131073", RowRule.Range)]
    [InlineData("numeric", "1e99999999999", RowRule.Range)]
    [InlineData("numeric", "NaN", RowRule.Type)]
    [InlineData("numeric", "Infinity", RowRule.Type)]
    [InlineData("numeric", ".", RowRule.Type)]
    [InlineData("numeric", "1e", RowRule.Type)]
    [InlineData("numeric", "1e+", RowRule.Type)]
    [InlineData("numeric", "1,5", RowRule.Type)]
    [InlineData("numeric", "0x10", RowRule.Type)]
    [InlineData("boolean", "maybe", RowRule.Type)]
    [InlineData("boolean", "", RowRule.Type)]
    [InlineData("date", "2021-02-29", RowRule.Range)]
    [InlineData("date", "2021-13-01", RowRule.Range)]
    [InlineData("date", "0000-01-01", RowRule.Range)]
    [InlineData("date", "2021-2-3", RowRule.Type)]
    [InlineData("date", "infinity", RowRule.Type)]
    [InlineData("date", "10000-01-01", RowRule.Type)]
    [InlineData("timestamptz", "2021-02-30T00:00:00Z", RowRule.Range)]
    [InlineData("timestamptz", "2021-02-03T24:00:00Z", RowRule.Range)]
    [InlineData("timestamptz", "2021-02-03T23:59:60Z", RowRule.Range)]
    [InlineData("timestamptz", "2021-02-03T23:59:59+16:00", RowRule.Range)]
    [InlineData("timestamptz", "2021-02-03T23:59:59.1234567891Z", RowRule.Range)]
    [InlineData("timestamptz", "2021-02-03T23:59:59 PST", RowRule.Type)]
    [InlineData("timestamptz", "2021-02-03T23:59:59.Z", RowRule.Type)]
    [InlineData("timestamptz", "2021-02-03T23", RowRule.Type)]
    [InlineData("timestamptz", "2021-02-03T23:59:59 CET", RowRule.Type)]
    [InlineData("timestamptz", "2021-02-03T23:59:59+1", RowRule.Type)]
    [InlineData("timestamptz", "infinity", RowRule.Type)]
    [InlineData("uuid", "5c357e7e-2b8d-4a59-ae41-816f8e5f45dg", RowRule.Type)]
    [InlineData("uuid", "5c357e7e+2b8d-4a59-ae41-816f8e5f45d6", RowRule.Type)]
    [InlineData("uuid", "5c357e7e2b8d4a59ae41816f8e5f45d", RowRule.Type)]
    [InlineData("uuid", "{}", RowRule.Type)]
    [InlineData("jsonb", "{", RowRule.Type)]
    [InlineData("jsonb", "", RowRule.Type)]
    [InlineData("jsonb", "{} {}", RowRule.Type)]
    [InlineData("jsonb", "{\"a\":\"\\u0000\"}", RowRule.Nul)]
    [InlineData("jsonb", "{\"\\u0000\":1}", RowRule.Nul)]
    [InlineData("jsonb", "\"\\udc00\"", RowRule.Encoding)]
    [InlineData("jsonb", "[1e131073]", RowRule.Range)]
    [InlineData("jsonb", "[1e-16384]", RowRule.Range)]
    [InlineData("jsonb", "[1e102402]", RowRule.Range)]
    [InlineData("jsonb", "[1e51202, {\"a\": [-1e51202]}]", RowRule.Range)]
    [InlineData("jsonb", "[1e-16000, 1e-16000, 1e-16000, 1e-16000, 1e-16000, 1e-16000, 1e-16000]", RowRule.Range)]
    public void What_a_column_cannot_hold_is_reported_apart_and_nothing_of_it_is_written(
        string type, string text, object rule)
    {
        using var page = new CopyBuffer();
        Assert.Equal((RowRule)rule, FieldType.Of(Parse(type)).Write(Encoding.UTF8.GetBytes(text), page));
        Assert.Equal(0, page.Length);
    }

    [Theory]
    [InlineData("integer", " +7 ", "00000007")]
    [InlineData("integer", "-2147483648", "80000000")]
    [InlineData("bigint", "-9223372036854775808", "8000000000000000")]
    [InlineData("integer", "121.0", "00000079")]
    [InlineData("integer", "-2.50e1", "ffffffe7")]
    [InlineData("integer", "0.00", "00000000")]
    [InlineData("bigint", "1e3", "00000000000003e8")]
    [InlineData("bigint", "-9223372036854775808.0", "8000000000000000")]
    [InlineData("boolean", "YES", "01")]
    [InlineData("boolean", "y", "01")]
    [InlineData("boolean", "ON", "01")]
    [InlineData("boolean", "N", "00")]
    [InlineData("boolean", "off", "00")]
    [InlineData("date", "2000-01-01", "00000000")]
    [InlineData("date", "1999-12-31", "ffffffff")]
    [InlineData("timestamptz", "2000-01-01", "0000000000000000")]
    [InlineData("timestamptz", "2000-01-01t01:00:00.000001000+01", "0000000000000001")]
    [InlineData("timestamptz", "2000-01-01 00:00:00.000001 UTC", "0000000000000001")]
    [InlineData("timestamptz", "2000-01-01 00:00:00GMT", "0000000000000000")]
    [InlineData("timestamptz", "2000-01-01T00:00:00.0000014Z", "0000000000000001")]
    [InlineData("timestamptz", "2000-01-01T00:00:00.000001500Z", "0000000000000002")]
    [InlineData("timestamptz", "1999-12-31T23:59:59.999999999Z", "0000000000000000")]
    [InlineData("timestamp", "1999-12-31T23:59:59.999999", "ffffffffffffffff")]
    [InlineData("time", "00:00:00.000002", "0000000000000002")]
    [InlineData("double precision", "-1.5", "bff8000000000000")]
    [InlineData("varchar(3)", "äöü", "c3a4c3b6c3bc")]
    [InlineData("integer[]", "[7, null]",
        "000000010000000100000017000000020000000100000004" + "00000007ffffffff")]
    [InlineData("integer[]", " {} ", "000000000000000000000017")]
    [InlineData("uuid", "{5C357E7E-2b8d-4a59-ae41-816f8e5f45d6}", "5c357e7e2b8d4a59ae41816f8e5f45d6")]
    [InlineData("numeric(8,2)", "12345.67", "0003000100000002000109291a2c")]
    [InlineData("numeric(8,2)", "-0.0500", "0001ffff4000000401f4")]
    [InlineData("numeric", "0", "0000000000000000")]
    public void Values_have_PostgreSQLs_binary_form(string type, string text, string hex)
    {
        using var page = new CopyBuffer();
        Assert.Equal(RowRule.None, FieldType.Of(Parse(type)).Write(Encoding.UTF8.GetBytes(text), page));
        Assert.Equal(hex, Convert.ToHexStringLower(page.Content.Span[4..]));
    }

    private static ColumnType Parse(string text) =>
        ColumnType.TryParse(text, out var type) ? type : throw new ArgumentException(text);
}
