namespace Greenery.Tests.Cases;

/// <summary>What is right for a case: all that its runs leave, nothing more and nothing less.</summary>
internal sealed record LoadExpectation
{
    /// <summary>Rows of the table <c>things</c> by key, as <see cref="Thing"/> writes them.</summary>
    public IReadOnlyList<string> Things { get; init; } = [];

    /// <summary>Rows of the complete table <c>stock</c>; <c>gone</c> after a row that is marked as removed.</summary>
    public IReadOnlyList<string> Stock { get; init; } = [];

    /// <summary>Rows of the personal table <c>people</c>.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>
    /// As <c>things.csv:12 type n</c>, by file and line. Bad rows of refused drops are not among them.
    /// </summary>
    public IReadOnlyList<string> Quarantine { get; init; } = [];

    /// <summary>Parts of the refusals, by path; each begins with the file's name.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Parts of what else is said of files, each of one note, by path.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Texts that people find in the run's report.</summary>
    public IReadOnlyList<string> Said { get; init; } = [];

    /// <summary>Texts that no report, mail or page may have: personal data.</summary>
    public IReadOnlyList<string> NeverSaid { get; init; } = [];

    /// <summary>What else the contract says in this case: a text of sources.yml, and what it becomes.</summary>
    public (string Old, string New)? Contract { get; init; }

    /// <summary>What happens; by default each step's files are copied and there is a run after each.</summary>
    public Func<LoadCaseRun, Task> Play { get; init; } = run => run.PlayStepsAsync();
}
