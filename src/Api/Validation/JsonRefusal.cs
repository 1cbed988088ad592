using Platform.Abstractions.Problems;

namespace Platform.Api.Validation;

/// <summary>The guard's verdict as the client's answer: text that is no JSON, JSON that is no request, or a request beyond a limit.</summary>
internal static class JsonRefusal
{
    public static Problem Of(JsonFault fault, JsonLimits limits) => new(
        fault switch
        {
            JsonFault.Malformed or JsonFault.InvalidUtf8 or JsonFault.NumberOutOfRange => ProblemCode.Malformed,
            JsonFault.NotAnObject or JsonFault.Batch or JsonFault.EmptyBatch or JsonFault.DuplicateName => ProblemCode.InvalidRequest,
            _ => ProblemCode.TooDeep,
        },
        JsonGuard.Describe(fault, limits));
}
