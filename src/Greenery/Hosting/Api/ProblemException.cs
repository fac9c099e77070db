namespace Greenery.Hosting.Api;

/// <summary>The request cannot be answered otherwise than by a problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
