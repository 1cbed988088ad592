using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>A refusal on the wire (RFC 9457).</summary>
/// <param name="Code">The slug of docs/problems.md; the last part of <paramref name="Type"/>.</param>
/// <param name="RequestId">The correlation of the audit event.</param>
/// <param name="Errors">What is wrong with which member, by its JSON name.</param>
internal sealed record ProblemBody(string Type, string Title, int Status, string Detail, string Code, string RequestId, IReadOnlyDictionary<string, string[]>? Errors)
{
    public static ProblemBody Of(Problem problem, string requestId)
    {
        var row = ProblemCatalogue.Row(problem.Code);
        return new ProblemBody(
            ProblemCatalogue.TypePrefix + row.Slug,
            row.Title,
            row.HttpStatus,
            problem.Detail,
            row.Slug,
            requestId,
            problem.Errors.Count == 0 ? null : problem.Errors.GroupBy(error => error.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray(), StringComparer.Ordinal));
    }
}
