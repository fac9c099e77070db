namespace Greenery.Hosting.Api;

/// <summary>The request cannot be answered otherwise than by a problem.</summary>
internal sealed class ApiProblemException(ApiProblem problem) : Exception(problem.Detail)
{
    public ApiProblem Problem { get; } = problem;
}
