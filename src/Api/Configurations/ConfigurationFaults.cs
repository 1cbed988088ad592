using Platform.Abstractions.Problems;

namespace Platform.Api.Configurations;

/// <summary>What of a document would be refused, by its JSON names.</summary>
internal sealed class ConfigurationFaults
{
    /// <summary>A message may name every role that there is.</summary>
    private const int MaxErrors = 50;

    private readonly List<FieldError> _errors = [];
    private readonly HashSet<ProblemCode> _codes = [];

    /// <summary>Null when nothing would. What is not permitted outranks what is wrong in other ways; where reasons differ, the document as a whole is not valid.</summary>
    public Problem? Problem => _errors.Count == 0
        ? null
        : new Problem(
            _codes.Contains(ProblemCode.PermissionDenied) ? ProblemCode.PermissionDenied : _codes.Count == 1 ? _codes.Single() : ProblemCode.InvalidParams,
            _errors.Count > MaxErrors ? $"Nothing was changed: {_errors.Count} changes of this document would be refused, the first {MaxErrors} of them for these reasons." : "Nothing was changed: some of what this document asks for would be refused.")
        {
            Errors = [.. _errors.Take(MaxErrors)],
        };

    public void Add(string path, Problem? problem)
    {
        if (problem is not null)
        {
            _codes.Add(problem.Code);
            _errors.AddRange(problem.Errors.Count > 0 ? problem.Errors.Select(error => error with { Name = $"{path}.{error.Name}" }) : [new FieldError(path, problem.Detail)]);
        }
    }

    public void Add(string section, IEnumerable<TrialFault> faults)
    {
        foreach (var fault in faults)
        {
            Add($"{section}.{fault.Name}", fault.Problem);
        }
    }
}
