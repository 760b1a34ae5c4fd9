using PaxosShard.ChatClient.App.Rings;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>What a verb that begins or cancels a job tells scripts: one object. Pure.</summary>
internal static class JobJson
{
    /// <summary>A job that was taken or cancelled.</summary>
    public static string Of(JobResult job) => Json.ObjectLine(writer =>
    {
        writer.WriteNumber("job", job.Job);
        writer.WriteString("step", JobText.Step(job.Step));
        writer.WriteNumber("configuration", job.Configuration);
    });

    /// <summary>A job that is done.</summary>
    /// <param name="job">The job.</param>
    /// <param name="made">The configuration that it has made.</param>
    public static string Of(PlacementJob job, Configuration made) => Json.ObjectLine(writer =>
    {
        writer.WriteNumber("job", job.Number);
        writer.WriteString("step", JobText.Step(job.Step));
        writer.WriteNumber("configuration", made.Number);
        writer.WriteNumber("moves", job.Moves);
        writer.WriteStartArray("shards");
        foreach (ShardShare share in ShardShare.AllOf(made))
        {
            writer.WriteStartObject();
            writer.WriteNumber("group", share.Shard.Group.Number);
            writer.WriteNumber("arcs", share.Arcs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>A plan.</summary>
    public static string Of(ShardPlan plan) => Json.ObjectLine(writer =>
    {
        writer.WriteNumber("from", plan.Now.Number);
        writer.WriteNumber("moves", plan.Moves.Count);
        writer.WriteStartArray("transfers");
        foreach (ShardPlan.Transfer transfer in plan.Transfers())
        {
            writer.WriteStartObject();
            writer.WriteNumber("from", transfer.From.Number);
            writer.WriteNumber("to", transfer.To.Number);
            writer.WriteNumber("arcs", transfer.Arcs);
            if (plan.MeasureOf(transfer) is { } measure)
            {
                writer.WriteNumber("keys", measure.Keys);
                writer.WriteNumber("rooms", measure.Rooms);
                writer.WriteNumber("bytes", measure.Bytes);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
