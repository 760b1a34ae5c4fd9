using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys.Batches;

/// <summary>Tells what has become of a batch: a line for each operation, and one for the whole.</summary>
/// <param name="shell">Where to.</param>
/// <param name="isJson">As JSON.</param>
internal sealed class BatchReport(Shell shell, bool isJson)
{
    /// <summary>Writes everything.</summary>
    /// <param name="run">The batch.</param>
    /// <param name="oneByOne">The same one after the other; null when nobody wants to compare.</param>
    public void Write(BatchRun run, BatchRun? oneByOne)
    {
        if (isJson)
            WriteJson(run, oneByOne);
        else
            WriteTable(run, oneByOne);
    }

    /// <summary>With which code the verb ends.</summary>
    /// <exception cref="ReportedException">The outcome of one is unknown, or the last ones were not applied, or a rule said no.</exception>
    public static int CodeOf(BatchRun run)
    {
        BatchEnd? failed = run.Operations.FirstOrDefault(static operation => operation.Error is OutcomeUnknownException)
            ?? run.Operations.FirstOrDefault(static operation => operation.Error is NotAppliedException)
            ?? run.Operations.FirstOrDefault(static operation => operation.Error is not null);
        if (failed is null)
            return ExitCode.Ok;
        string what = $"line {failed.Line.Number}: {failed.Error!.Message}";
        throw failed.Error switch
        {
            OutcomeUnknownException => new ReportedException(ErrorKinds.OutcomeUnknown, what) { Next = "px kv list --dir DIR" },
            NotAppliedException => new ReportedException(ErrorKinds.BatchUnfinished, what),
            _ => new ReportedException(ErrorKinds.Rejected, what) { Next = "px kv list --dir DIR" },
        };
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");

    private static string ResultOf(BatchEnd operation) => operation switch
    {
        { Error: RejectedException rejected } => $"rejected: {rejected.Message}",
        { Error: OutcomeUnknownException } => "unknown",
        { Error: not null } => "not applied",
        { Result.Result: { Outcome: KeyOutcome.Done } done } when operation.Line.Command.Kind == CommandKind.GetKey => KeyText.Excerpt(done.Value.Span, isHex: false),
        { Result.Result: { Outcome: KeyOutcome.Mismatch } found } => $"mismatch: {KeyText.Excerpt(found.Value.Span, isHex: false)}",
        _ => $"{operation.Result.Result.Outcome}".ToLowerInvariant(),
    };

    private static string Summary(BatchRun run, BatchRun? oneByOne)
    {
        string compared = oneByOne is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" (one after the other: {Milliseconds(oneByOne.Took)}, {run.Took / oneByOne.Took:0.00})");
        return $"{run.Operations.Count} operations, {run.Shards} {(run.Shards == 1 ? "shard" : "shards")}, {run.Hops} {(run.Hops == 1 ? "hop" : "hops")}, {Milliseconds(run.Took)}{compared}";
    }

    private void WriteTable(BatchRun run, BatchRun? oneByOne)
    {
        Table table = new("line", "operation", "shard", "result", "after");
        foreach (BatchEnd operation in run.Operations)
        {
            string shard = operation.Error is null ? $"{operation.Result.Group.Number}" : "-";
            table.Add($"{operation.Line.Number}", operation.Line.Verb, shard, ResultOf(operation), Milliseconds(operation.After));
        }

        table.WriteTo(shell);
        shell.Data(Summary(run, oneByOne));
    }

    private void WriteJson(BatchRun run, BatchRun? oneByOne)
    {
        foreach (BatchEnd operation in run.Operations)
        {
            shell.Data(Json.ObjectLine(writer =>
            {
                writer.WriteNumber("line", operation.Line.Number);
                writer.WriteString("operation", operation.Line.Verb);
                if (operation.Error is null)
                    writer.WriteNumber("shard", operation.Result.Group.Number);
                writer.WriteString("result", operation.Error switch
                {
                    null => $"{operation.Result.Result.Outcome}".ToLowerInvariant(),
                    RejectedException => "rejected",
                    OutcomeUnknownException => "unknown",
                    _ => "notApplied",
                });
                if (operation.Error is null && !operation.Result.Result.Value.IsEmpty)
                    KeyText.WriteJson(writer, "value", operation.Result.Result.Value.Span, isHex: false);
                writer.WriteNumber("afterMs", Math.Round(operation.After.TotalMilliseconds, 1));
            }));
        }

        shell.Data(Json.ObjectLine(writer =>
        {
            writer.WriteNumber("operations", run.Operations.Count);
            writer.WriteNumber("shards", run.Shards);
            writer.WriteNumber("hops", run.Hops);
            writer.WriteNumber("failed", run.Failed);
            writer.WriteNumber("tookMs", Math.Round(run.Took.TotalMilliseconds, 1));
            if (oneByOne is not null)
                writer.WriteNumber("oneByOneMs", Math.Round(oneByOne.Took.TotalMilliseconds, 1));
        }));
    }
}
