using System.Text;
using Greenery.Drops;
using Greenery.Sources;

namespace Greenery.Tests.Staging;

public sealed class ChunkBoundaryTests
{
    private const string Csv =
        "c0,c1,extra,c2\r\na,\"b \"\"q\"\"\r\nc\",x,d\r\n\r\né,\"\",,\n\n1,2,3\n"
        + "\"open,1,2,3\nz,\"a\"b,c,d\rk,\"l,\",m,n\r\nlast,y,\"z\",\"\"";

    private const string NdJson =
        "{\"c0\":\"a\",\"c1\":\"b\\\"\\u00e9\\n\",\"x\":[1,{\"y\":null}],\"c2\":1.50}\r\n\n"
        + "{\"c0\":\"é\"\n{\"c2\":true,\"c0\":\"q\"} \n nonsense\n{\"c0\":\"z\",\"c1\":[]}";

    private const string Json =
        " [ {\"c0\":\"a\",\"c1\":\"b\\\"\\u00e9\\n\",\"x\":[1,{\"y\":null}],\"c2\":1.50} ,\r\n 17, "
            + "\"t\",{\"c2\":true,\"c0\":\"q\"},\n{\"c0\":\"z\",\"c1\":[]}\n] ";

    [Theory]
    [InlineData(DropFormat.Csv, Csv, 7, 4)]
    [InlineData(DropFormat.NdJson, NdJson, 5, 2)]
    [InlineData(DropFormat.Json, Json, 5, 2)]
    public async Task Where_a_file_is_split_does_not_matter(DropFormat format, string text, int rows, int good)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var table = ParserHarness.Texts(3);
        var whole = await ParserHarness.ParseAsync(table, format, content);
        Assert.Equal((null, rows, good), (whole.Refusal, whole.Rows, whole.Good.Count));
        for (var first = 1; first <= content.Length; first++)
        {
            AssertSame(whole,
                await ParserHarness.ParseAsync(table, format, new ChunkedStream(content, first, int.MaxValue)));
        }
        for (var chunk = 1; chunk < 20; chunk++)
        {
            AssertSame(whole, await ParserHarness.ParseAsync(table, format, content, chunk));
        }
    }

    private static void AssertSame(Parsed expected, Parsed found)
    {
        Assert.Equal(expected.Rows, found.Rows);
        Assert.Equal(expected.Good, found.Good);
        Assert.Equal(expected.Quarantine, found.Quarantine);
    }
}
