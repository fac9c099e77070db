namespace Greenery.Models.UnitTests;

/// <summary>
/// What a model's select returns for rows that are given, in dbt's format of <c>unit_tests</c>. What the model reads
/// and the test does not give is empty.
/// </summary>
public sealed record UnitTest
{
    public required string Name { get; init; }

    /// <summary>The model whose select is evaluated.</summary>
    public required Model Model { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Rows of what the model reads, each input once.</summary>
    public IReadOnlyList<TestInput> Given { get; init; } = [];

    /// <summary>All rows that are to be returned, in any order; only the columns that it names are compared.</summary>
    public required TestRows Expected { get; init; }

    /// <summary>What <c>:time_zone</c> is in this test; null for the project's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What <c>:since</c> is in this test; 0, a full build, by default.</summary>
    public long Since { get; init; }

    /// <summary>Words to find it by (<c>config: tags</c>).</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>File and line.</summary>
    public required string Place { get; init; }

    /// <summary>The select of the test.</summary>
    internal string Sql => Model.SqlWith(Since, TimeZone);

    /// <summary>As messages name it.</summary>
    public override string ToString() => $"{Model}.{Name}";
}

/// <summary>Rows of one table that the model reads.</summary>
/// <param name="Name">The model, source table or history, as the select names it.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Place">File and line.</param>
public sealed record TestInput(string Name, TestRows Rows, string Place);
