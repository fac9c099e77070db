using Greenery.Staging.Parsing.Columnar;
using Greenery.Staging.Parsing.Excel;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Tests.Staging;

/// <summary>Numbers of workbooks, and of the headers of Parquet files.</summary>
public sealed class FormatNumberTests
{
    [Theory]
    [InlineData(59.969999999999999, "59.97")]
    [InlineData(999_999_999_999_999, "999999999999999")]
    [InlineData(-42, "-42")]
    [InlineData(0.1 + 0.2, "0.3")]
    // A spreadsheet stores this where 1234567890123456 was typed.
    [InlineData(1_234_567_890_123_450, null)]
    [InlineData(12_345_678_901_234_567_890.0, null)]
    public void What_a_spreadsheet_may_have_lost_digits_of_is_no_number(double value, string? text)
    {
        Assert.Equal(text, ExcelNumber.TryFormat(value, out var found) ? found : null);
    }

    [Fact]
    public void Lists_in_lists_without_end_are_a_damaged_header()
    {
        var lists = Enumerable.Repeat((byte)0x19, 1_000_000).ToArray();

        Assert.Throws<DamagedFileException>(() => ThriftFields.Read(new MemoryStream(lists)));
    }
}
