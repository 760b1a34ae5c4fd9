namespace PaxosShard.Benchmarks.Scale.Model;

/// <summary>What an operation costs when several share the fixed cost of a cycle: the cost of its own, and its part of the cycle's.</summary>
/// <param name="PerOperation">What each operation costs, however many there are.</param>
/// <param name="PerCycle">What each cycle costs, however many share it.</param>
internal sealed record CostModel(double PerOperation, double PerCycle)
{
    /// <summary>The cost of an operation.</summary>
    /// <param name="batch">How many share the cycle.</param>
    public double At(double batch) => PerOperation + (PerCycle / batch);

    /// <summary>
    /// The two costs with the least squares of relative errors, so that small batches, which cost a hundred times as much, do not decide alone. No cost is below zero: one that would be is zero, and the other one
    /// is fitted by itself.
    /// </summary>
    /// <param name="measured">Batches and costs, all above zero, of two different batches at least.</param>
    public static CostModel Fit(IReadOnlyCollection<(double Batch, double Cost)> measured)
    {
        // With x = 1 / cost and y = 1 / (batch * cost) each measurement wants a * x + F * y to be 1.
        (double X, double Y)[] terms = [.. measured.Select(static point => (1 / point.Cost, 1 / (point.Batch * point.Cost)))];
        double xx = terms.Sum(static term => term.X * term.X);
        double xy = terms.Sum(static term => term.X * term.Y);
        double yy = terms.Sum(static term => term.Y * term.Y);
        double x = terms.Sum(static term => term.X);
        double y = terms.Sum(static term => term.Y);
        double determinant = (xx * yy) - (xy * xy);
        CostModel both = new(((x * yy) - (y * xy)) / determinant, ((y * xx) - (x * xy)) / determinant);
        if (both.PerOperation < 0)
            return new CostModel(0, y / yy);
        return both.PerCycle < 0 ? new CostModel(x / xx, 0) : both;
    }
}
