declare <8 x double> @llvm.masked.load.v8f64.p0(ptr, i32 immarg, <8 x i1>, <8 x double>)
declare <8 x double> @llvm.masked.gather.v8f64.v8p0(<8 x ptr>, i32 immarg, <8 x i1>, <8 x double>)
declare void @llvm.masked.store.v8f64.p0(<8 x double>, ptr, i32 immarg, <8 x i1>)

define void @kernel(ptr %words) nounwind {
entry:
  %v1 = getelementptr i8, ptr %words, i64 64
  %v2 = load ptr, ptr %v1, align 8
  %v3 = getelementptr i8, ptr %words, i64 88
  %v4 = load ptr, ptr %v3, align 8
  %v5 = getelementptr i8, ptr %words, i64 112
  %v6 = load ptr, ptr %v5, align 8
  %v7 = getelementptr i8, ptr %words, i64 72
  %v8 = load i64, ptr %v7, align 8
  %v9 = getelementptr i8, ptr %words, i64 96
  %v10 = load i64, ptr %v9, align 8
  %v11 = getelementptr i8, ptr %words, i64 120
  %v12 = load i64, ptr %v11, align 8
  %v13 = getelementptr i8, ptr %words, i64 80
  %v14 = load i64, ptr %v13, align 8
  %v15 = getelementptr i8, ptr %words, i64 104
  %v16 = load i64, ptr %v15, align 8
  %v17 = getelementptr i8, ptr %words, i64 128
  %v18 = load i64, ptr %v17, align 8
  %v19 = getelementptr i8, ptr %words, i64 16
  %v20 = load ptr, ptr %v19, align 8
  %v21 = getelementptr i8, ptr %words, i64 24
  %v22 = load ptr, ptr %v21, align 8
  %v23 = getelementptr i8, ptr %v20, i64 8
  %v24 = load double, ptr %v23, align 8
  %v25 = insertelement <8 x double> poison, double %v24, i64 0
  %v26 = shufflevector <8 x double> %v25, <8 x double> poison, <8 x i32> zeroinitializer
  %v27 = insertelement <1 x double> poison, double %v24, i64 0
  %v28 = shufflevector <1 x double> %v27, <1 x double> poison, <1 x i32> zeroinitializer
  %v29 = getelementptr i8, ptr %words, i64 8
  %v30 = load i64, ptr %v29, align 8
  %v31 = getelementptr i8, ptr %words, i64 0
  %v32 = load i64, ptr %v31, align 8
  br label %row1
row1:
  %v33 = phi i64 [ 0, %entry ], [ %v34, %row3 ]
  %v35 = phi ptr [ %v2, %entry ], [ %v122, %row3 ]
  %v36 = phi ptr [ %v4, %entry ], [ %v123, %row3 ]
  %v37 = phi ptr [ %v6, %entry ], [ %v124, %row3 ]
  %v125 = icmp slt i64 %v33, %v32
  br i1 %v125, label %row2, label %row4
row2:
  %v38 = sub nsw i64 %v30, 31
  br label %main5
main5:
  %v39 = phi i64 [ 0, %row2 ], [ %v40, %main7 ]
  %v100 = icmp slt i64 %v39, %v38
  br i1 %v100, label %main6, label %main8
main6:
  %v41 = mul nsw i64 %v39, 8
  %v42 = getelementptr i8, ptr %v35, i64 %v41
  %v43 = load <8 x double>, ptr %v42, align 8
  %v44 = mul nsw i64 %v39, 16
  %v45 = getelementptr i8, ptr %v36, i64 %v44
  %v46 = getelementptr i8, ptr %v45, i64 0
  %v47 = load <8 x double>, ptr %v46, align 8
  %v48 = getelementptr i8, ptr %v45, i64 56
  %v49 = load <8 x double>, ptr %v48, align 8
  %v50 = shufflevector <8 x double> %v47, <8 x double> %v49, <8 x i32> <i32 0, i32 2, i32 4, i32 6, i32 9, i32 11, i32 13, i32 15>
  %v51 = fmul <8 x double> %v43, %v26
  %v52 = fadd <8 x double> %v51, %v50
  %v53 = mul nsw i64 %v39, 8
  %v54 = getelementptr i8, ptr %v37, i64 %v53
  store <8 x double> %v52, ptr %v54, align 8
  %v55 = add nsw i64 %v39, 8
  %v56 = mul nsw i64 %v55, 8
  %v57 = getelementptr i8, ptr %v35, i64 %v56
  %v58 = load <8 x double>, ptr %v57, align 8
  %v59 = mul nsw i64 %v55, 16
  %v60 = getelementptr i8, ptr %v36, i64 %v59
  %v61 = getelementptr i8, ptr %v60, i64 0
  %v62 = load <8 x double>, ptr %v61, align 8
  %v63 = getelementptr i8, ptr %v60, i64 56
  %v64 = load <8 x double>, ptr %v63, align 8
  %v65 = shufflevector <8 x double> %v62, <8 x double> %v64, <8 x i32> <i32 0, i32 2, i32 4, i32 6, i32 9, i32 11, i32 13, i32 15>
  %v66 = fmul <8 x double> %v58, %v26
  %v67 = fadd <8 x double> %v66, %v65
  %v68 = mul nsw i64 %v55, 8
  %v69 = getelementptr i8, ptr %v37, i64 %v68
  store <8 x double> %v67, ptr %v69, align 8
  %v70 = add nsw i64 %v39, 16
  %v71 = mul nsw i64 %v70, 8
  %v72 = getelementptr i8, ptr %v35, i64 %v71
  %v73 = load <8 x double>, ptr %v72, align 8
  %v74 = mul nsw i64 %v70, 16
  %v75 = getelementptr i8, ptr %v36, i64 %v74
  %v76 = getelementptr i8, ptr %v75, i64 0
  %v77 = load <8 x double>, ptr %v76, align 8
  %v78 = getelementptr i8, ptr %v75, i64 56
  %v79 = load <8 x double>, ptr %v78, align 8
  %v80 = shufflevector <8 x double> %v77, <8 x double> %v79, <8 x i32> <i32 0, i32 2, i32 4, i32 6, i32 9, i32 11, i32 13, i32 15>
  %v81 = fmul <8 x double> %v73, %v26
  %v82 = fadd <8 x double> %v81, %v80
  %v83 = mul nsw i64 %v70, 8
  %v84 = getelementptr i8, ptr %v37, i64 %v83
  store <8 x double> %v82, ptr %v84, align 8
  %v85 = add nsw i64 %v39, 24
  %v86 = mul nsw i64 %v85, 8
  %v87 = getelementptr i8, ptr %v35, i64 %v86
  %v88 = load <8 x double>, ptr %v87, align 8
  %v89 = mul nsw i64 %v85, 16
  %v90 = getelementptr i8, ptr %v36, i64 %v89
  %v91 = getelementptr i8, ptr %v90, i64 0
  %v92 = load <8 x double>, ptr %v91, align 8
  %v93 = getelementptr i8, ptr %v90, i64 56
  %v94 = load <8 x double>, ptr %v93, align 8
  %v95 = shufflevector <8 x double> %v92, <8 x double> %v94, <8 x i32> <i32 0, i32 2, i32 4, i32 6, i32 9, i32 11, i32 13, i32 15>
  %v96 = fmul <8 x double> %v88, %v26
  %v97 = fadd <8 x double> %v96, %v95
  %v98 = mul nsw i64 %v85, 8
  %v99 = getelementptr i8, ptr %v37, i64 %v98
  store <8 x double> %v97, ptr %v99, align 8
  br label %main7
main7:
  %v40 = add nsw i64 %v39, 32
  br label %main5
main8:
  br label %rest9
rest9:
  %v101 = phi i64 [ %v39, %main8 ], [ %v102, %rest11 ]
  %v121 = icmp slt i64 %v101, %v30
  br i1 %v121, label %rest10, label %rest12
rest10:
  %v103 = sub nsw i64 %v30, %v101
  %v104 = insertelement <8 x i64> poison, i64 %v103, i64 0
  %v105 = shufflevector <8 x i64> %v104, <8 x i64> poison, <8 x i32> zeroinitializer
  %v106 = icmp slt <8 x i64> <i64 0, i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7>, %v105
  %v107 = mul nsw i64 %v101, 8
  %v108 = getelementptr i8, ptr %v35, i64 %v107
  %v109 = call <8 x double> @llvm.masked.load.v8f64.p0(ptr %v108, i32 8, <8 x i1> %v106, <8 x double> zeroinitializer)
  %v110 = mul i64 %v101, %v16
  %v111 = getelementptr i8, ptr %v36, i64 %v110
  %v112 = insertelement <8 x i64> poison, i64 %v16, i64 0
  %v113 = shufflevector <8 x i64> %v112, <8 x i64> poison, <8 x i32> zeroinitializer
  %v114 = mul <8 x i64> %v113, <i64 0, i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7>
  %v115 = getelementptr i8, ptr %v111, <8 x i64> %v114
  %v116 = call <8 x double> @llvm.masked.gather.v8f64.v8p0(<8 x ptr> %v115, i32 8, <8 x i1> %v106, <8 x double> zeroinitializer)
  %v117 = fmul <8 x double> %v109, %v26
  %v118 = fadd <8 x double> %v117, %v116
  %v119 = mul nsw i64 %v101, 8
  %v120 = getelementptr i8, ptr %v37, i64 %v119
  call void @llvm.masked.store.v8f64.p0(<8 x double> %v118, ptr %v120, i32 8, <8 x i1> %v106)
  br label %rest11
rest11:
  %v102 = add nsw i64 %v101, 8
  br label %rest9
rest12:
  %v122 = getelementptr i8, ptr %v35, i64 %v8
  %v123 = getelementptr i8, ptr %v36, i64 %v10
  %v124 = getelementptr i8, ptr %v37, i64 %v12
  br label %row3
row3:
  %v34 = add nsw i64 %v33, 1
  br label %row1
row4:
  ret void
}
