using System.Buffers;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// A JSON Schema 2020-12 made ready to judge instances; immutable and shared by all requests. It reads the
/// instance once, forwards, and reads a part again only for schemas applied in place and for comparisons of whole values.
/// </summary>
internal sealed class CompiledSchema
{
    /// <summary>What one validation may cost; roughly one step per value and schema that meet.</summary>
    public const int StepBudget = 200_000;

    private readonly SchemaNode _root;
    private readonly bool _needsScope;

    internal CompiledSchema(SchemaNode root, bool needsScope) => (_root, _needsScope) = (root, needsScope);

    /// <param name="instanceJson">UTF-8 JSON, which the guard has accepted; anything malformed is invalid, not an exception.</param>
    /// <param name="error">Set only when the answer is false.</param>
    public bool Validate(ReadOnlySpan<byte> instanceJson, ref SchemaError error)
    {
        var scope = _needsScope ? ArrayPool<byte>.Shared.Rent(SchemaRun.MaxFrames) : null;
        var run = new SchemaRun(instanceJson, StepBudget, scope);
        try
        {
            var reader = new Utf8JsonReader(instanceJson);
            var valid = reader.Read() && _root.Check(ref reader, ref run, consume: true) && !reader.Read() && !run.Aborted;
            if (!valid)
            {
                error = run.Error;
            }

            return valid;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's answer to text that has no UTF-16 form.
            error = SchemaError.Malformed;
            return false;
        }
        finally
        {
            run.Evaluated.Return();
            if (scope is not null)
            {
                ArrayPool<byte>.Shared.Return(scope);
            }
        }
    }
}
