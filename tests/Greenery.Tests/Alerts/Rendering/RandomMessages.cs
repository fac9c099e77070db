using FsCheck;
using FsCheck.Fluent;
using Greenery.Alerts.Messages;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>Messages of any size with any text in any place.</summary>
internal static class RandomMessages
{
    private static readonly Gen<string> Text = Gen.Frequency(
        (8, Gen.Elements(
                "a", "fern ", "\"", "\\", "<b>", "&", "**x**", "[x](http://y)", "\n", "\r\n", "\t", "\0", "\u001b",
                "\u202E", "é", "植物", "🌱", "\uD800",
                "{{DATE(2026-01-01T00:00:00Z)}}", "=?utf-8?B?QQ==?=", "_", "dim_users.email")
            .ListOf().Select(parts => string.Concat(parts))),
        (1, Gen.Choose(1, 400).Select(count => string.Concat(Enumerable.Repeat("植🌱<&\"\u0001", count)))),
        (1, Gen.Constant(SampleMessages.Nasty)));

    private static readonly Gen<int> Few =
        Gen.Frequency((6, Gen.Choose(0, 6)), (2, Gen.Choose(7, 60)), (1, Gen.Choose(500, 3000)));

    private static readonly Gen<MessageSeverity> Severities = Gen.Elements(Enum.GetValues<MessageSeverity>());

    private static readonly Gen<long?> Counts = Gen.Elements<long?>(null, 0, 1, 212, long.MaxValue);

    private static readonly Gen<MessageProblem> Problem =
        from subject in Text from severity in Severities from owner in Text from words in Text
        from failing in Counts from before in Counts from change in Text from why in Text from sql in Text
        select new MessageProblem(subject, severity, owner, words, failing, before, change)
        {
            Why = why, Affects = words, RowsSql = sql,
        };

    private static readonly Gen<decimal?> Point = Gen.Frequency(
        (6, Gen.Choose(-1000, 100_000).Select(number => (decimal?)number / 100)),
        (1, Gen.Elements<decimal?>(null, 0, decimal.MaxValue, decimal.MinValue)));

    private static readonly Gen<Trend> Trend =
        from title in Text from value in Text from changes in Text.ListOf()
        from points in Point.ListOf() from range in Text
        select new Trend(title, value, changes, points, range);

    // Rows may have more or fewer cells than there are columns.
    private static readonly Gen<IReadOnlyList<IReadOnlyList<string>>> Rows =
        from count in Few from row in Text.ListOf()
        select (IReadOnlyList<IReadOnlyList<string>>)Enumerable.Repeat<IReadOnlyList<string>>(row, count).ToList();

    private static readonly Gen<Block> Block = Gen.OneOf(
        Text.Select(Block (words) => new Block.Paragraph(words)),
        Pairs().Select(Block (facts) => new Block.Facts(facts)),
        from caption in Text from count in Few from problem in Problem from other in Problem from more in Gen.Choose(
            0, 5)
        select (Block)new Block.Problems(caption, [other, .. Enumerable.Repeat(problem, count)], more),
        from caption in Text from columns in Text.ListOf() from rows in Rows select (Block)new Block.Samples(
            caption, columns, rows),
        from caption in Text from columns in Text.ListOf() from rows in Rows select (Block)new Block.Table(
            caption, columns, [0, 2], rows),
        from caption in Text from trends in Trend.ListOf() select (Block)new Block.Trends(caption, trends));

    private static readonly Gen<Link> Link = from words in Text from url in Gen.Elements(
            "https://greenery.example/api/report?run=1&x=%3C", "http://localhost:1", "javascript:alert(1)", "relative",
            "file:///etc/passwd",
            "https://greenery.example/" + new string('&', 1400), "https://greenery.example/" + new string('a', 5000))
        select new Link(words, new Uri(url, UriKind.RelativeOrAbsolute));

    public static Arbitrary<Message> Any { get; } =
        (from id in Text from severity in Severities from title in Text from blocks in Block.ListOf()
         from links in Link.ListOf()
         select new Message(id, DateTimeOffset.UnixEpoch, severity, title, blocks, links)).ToArbitrary();

    private static Gen<IReadOnlyList<Fact>> Pairs() =>
        from name in Text from value in Text from count in Few
        select (IReadOnlyList<Fact>)Enumerable.Repeat(new Fact(name, value), count).ToList();
}
