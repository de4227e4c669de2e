#!/usr/bin/env bash
#SBATCH --job-name=grade
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=02:00:00
#SBATCH --requeue
# Submit with: sbatch slurm.sh COURSE SUBMISSIONS ASSIGNMENT RESULTS
# Every task grades its part of the class into a file of its own; a task that is killed and
# requeued goes on where it was. Afterwards, once, in RESULTS:
#   grader merge ASSIGNMENT.db ASSIGNMENT.part-*.db
set -euo pipefail
course=$1 submissions=$2 assignment=$3 results=$4
part=$SLURM_ARRAY_TASK_ID of=$SLURM_ARRAY_TASK_COUNT

mkdir -p "$results"
exec "${GRADER:-grader}" grade "$submissions" --course "$course" --assignment "$assignment" \
    --shard "$part/$of" --workers "${SLURM_CPUS_PER_TASK:-1}" \
    --store "$results/$assignment.part-$part-of-$of.db"
