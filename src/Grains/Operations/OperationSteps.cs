using Platform.Abstractions.Operations;

namespace Platform.Grains.Operations;

/// <summary>The steps of an operation that are noted as done, against all that it has.</summary>
internal static class OperationSteps
{
    /// <summary>The first step that is not noted as done; null when all are.</summary>
    public static string? Next(this OperationStep[] done, IEnumerable<string> steps) => steps.FirstOrDefault(step => done.Find(step) is null);

    /// <summary>All of them, with what is noted.</summary>
    public static OperationStep[] Of(this OperationStep[] done, IEnumerable<string> steps) => [.. steps.Select(step => done.Find(step) ?? new OperationStep(step, null))];

    private static OperationStep? Find(this OperationStep[] done, string step) => Array.Find(done, noted => string.Equals(noted.Name, step, StringComparison.Ordinal));
}
